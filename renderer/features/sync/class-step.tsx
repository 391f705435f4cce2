import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { ClassItem } from '../../../shared/contract/class.ts';
import { call } from '../../client.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { ClassChoice, type RemoteClass } from '../connect/class-choice.tsx';
import { openPreview } from './use-share.tsx';
import styles from './sync.module.css';

const asNew = 'new';

/** Which class on the server this class is: one that is there, or a new one. A teacher is asked only where nobody else can know. */
export function ClassStep(props: {
  readonly classItem: ClassItem;
  readonly connectionId: string;
  readonly classes: readonly RemoteClass[];
}) {
  const { t } = useTranslation();
  const { classItem, connectionId, classes } = props;
  const action = useAction();
  const same = classes.find((item) => item.id === classItem.id);
  const refused = classItem.sample && same === undefined;
  const [chosen, setChosen] = useState<string | null>(same?.id ?? null);
  const go = (): void => {
    if (chosen === null) return;
    void action.run(async () => {
      await call('connection.bind', {
        classId: classItem.id,
        connectionId,
        remoteClass: chosen === asNew ? 'new' : chosen,
      });
      openPreview(classItem.id, connectionId);
    });
  };
  if (refused) return <ErrorNotice error={{ code: 'sample-refused', params: { classes: classes.length } }} />;
  return (
    <Panel title={t('sync:choose.title')}>
      <p className={styles['quiet']}>{t('sync:choose.text', { name: shownText(classItem.name) })}</p>
      <ClassChoice
        label={t('sync:choose.title')}
        classes={classes}
        chosen={chosen}
        onChoose={setChosen}
        words={(item) =>
          t(item.id === classItem.id ? 'sync:choose.same' : 'sync:choose.join', { name: shownText(item.name) })
        }
        canChoose={(item) => item.id === classItem.id || !item.here}
        more={{
          id: asNew,
          label: t('sync:choose.new'),
          hint: t('sync:choose.newHint', { name: shownText(classItem.name) }),
        }}
      />
      {action.error !== null && <ErrorNotice error={action.error} />}
      <div className={styles['panelActions']}>
        <Button type="primary" loading={action.busy} disabled={chosen === null} onClick={go}>
          {t('sync:card.preview')}
        </Button>
      </div>
    </Panel>
  );
}
