import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import { call } from '../../client.ts';
import { useFormat } from '../../format.ts';
import { href, navigate } from '../../router.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useAction } from '../../use-action.ts';
import { useApp, type LostClass } from '../app/app-store.ts';
import { BackupDialog } from '../settings/backups.tsx';

/** The classes whose files did not open, each with its newest backup; nothing when there are none. */
export function LostClasses() {
  const lost = useApp((state) => state.lost);
  return lost.map((item) => <Lost key={item.classId} item={item} />);
}

function Lost(props: { readonly item: LostClass }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { classId, error } = props.item;
  const name = useApp((state) => state.app?.classes.find(({ id }) => id === classId)?.name ?? '');
  const openClass = useApp((state) => state.openClass);
  const [newest, setNewest] = useState<string | null>(null);
  const [looking, setLooking] = useState(false);
  const action = useAction();
  useEffect(() => {
    // Without a list of backups there is none to offer; the notice stands either way.
    call('backup.list', { classId }).then(
      ({ items }) => setNewest(items[0]?.at ?? null),
      () => setNewest(null),
    );
  }, [classId]);
  const open = (): void =>
    void action.run(async () => {
      await openClass(classId);
      navigate(href('class'));
    });
  const instead = {
    title: t(`first-start:lost.${error.code === 'not-found' ? 'gone' : 'unreadable'}`, { name: shownText(name) }),
    remedy: t(`first-start:lost.${newest === null ? 'noBackup' : 'remedy'}`),
    passes: false,
  };
  return (
    <>
      <ErrorNotice error={action.error ?? error} instead={instead} onRetry={open}>
        {newest !== null && (
          <Button type="primary" onClick={() => setLooking(true)}>
            {t('first-start:lost.backup', { time: format.when(newest) })}
          </Button>
        )}
      </ErrorNotice>
      {looking && newest !== null && (
        <BackupDialog classId={classId} at={newest} onClose={() => setLooking(false)} onRestored={open} />
      )}
    </>
  );
}
