import { Button, Modal } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../shared/contract/contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { useFormat } from '../../format.ts';
import { href, navigate } from '../../router.ts';
import { toAppError } from '../../to-app-error.ts';
import { useAction } from '../../use-action.ts';
import { Busy } from '../../ui/busy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp, useClassItem } from '../app/app-store.ts';
import { categoriesOf, categoryOf } from '../sync/preview/categories.ts';
import { SaveBackup } from './save-backup.tsx';
import { shownText } from '../../../shared/model/visible-text.ts';
import styles from './settings.module.css';

type Backup = Result<'backup.list'>['items'][number];
type Details = Result<'backup.show'>;

const firstShown = 5;

/** The copies of the open class that were made by themselves, and the ways back to one. */
export function Backups() {
  const { t } = useTranslation();
  const format = useFormat();
  const open = useClassItem();
  const [backups, setBackups] = useState<readonly Backup[] | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<Backup | null>(null);
  const [restored, setRestored] = useState<string | null>(null);
  const read = useCallback(() => {
    call('backup.list', { classId: open.id }).then(
      ({ items }) => {
        setError(null);
        setBackups(items);
      },
      (caught: unknown) => setError(toAppError(caught)),
    );
  }, [open.id]);
  useEffect(read, [read]);
  const rest = (backups?.length ?? 0) - firstShown;
  return (
    <>
      <h3 className={styles['sub']}>{t('settings:backups.title', { name: shownText(open.name) })}</h3>
      <p className={styles['quiet']}>{t('settings:backups.text')}</p>
      {error !== null && <ErrorNotice error={error} onRetry={read} />}
      <p role="status">{restored !== null && t('settings:backups.wentBack', { time: format.full(restored) })}</p>
      {backups === null && error === null && <Busy />}
      {backups?.length === 0 && <p className={styles['quiet']}>{t('settings:data.noBackups')}</p>}
      {backups !== null && backups.length > 0 && (
        <ul className={styles['lines']}>
          {backups.slice(0, all ? undefined : firstShown).map((backup) => (
            <li key={backup.at} className={styles['line']}>
              <span>{format.full(backup.at)}</span>
              <span className={styles['size']}>{format.bytes(backup.bytes)}</span>
              <Button
                size="small"
                aria-label={t('settings:backups.lookAt', { time: format.full(backup.at) })}
                onClick={() => {
                  setRestored(null);
                  setChosen(backup);
                }}
              >
                {t('settings:backups.look')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {!all && rest > 0 && (
        <Button type="link" onClick={() => setAll(true)}>
          {t('settings:data.moreBackups', { count: rest })}
        </Button>
      )}
      <div className={styles['buttons']}>
        <SaveBackup classId={open.id} name={open.name} />
      </div>
      {chosen !== null && (
        <BackupDialog
          key={chosen.at}
          classId={open.id}
          at={chosen.at}
          onClose={() => setChosen(null)}
          onRestored={() => {
            setChosen(null);
            setRestored(chosen.at);
            read();
          }}
        />
      )}
    </>
  );
}

/** What a backup holds and what of today would be otherwise, then the two ways back. */
export function BackupDialog(props: {
  readonly classId: string;
  readonly at: string;
  readonly onClose: () => void;
  readonly onRestored: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { classId, at } = props;
  const [details, setDetails] = useState<Details | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const action = useAction();
  useEffect(() => {
    const abort = new AbortController();
    call('backup.show', { classId, at }, { signal: abort.signal }).then(setDetails, (caught: unknown) => {
      if (!abort.signal.aborted) setError(toAppError(caught));
    });
    return () => abort.abort();
  }, [classId, at]);
  const restore = (as: 'in-place' | 'copy'): void =>
    void action.run(async () => {
      const restored = await call('backup.restore', { classId, at, as });
      if (as === 'copy') {
        await useApp.getState().openClass(restored.id);
        navigate(href('class'));
      } else props.onRestored();
    });
  return (
    <Modal
      open
      title={t('settings:backups.of', { time: format.full(at) })}
      closable={false}
      maskClosable={!action.busy}
      onCancel={props.onClose}
      footer={[
        <Button key="close" disabled={action.busy} onClick={props.onClose}>
          {t('common:cancel')}
        </Button>,
        <Button key="place" danger disabled={details === null || action.busy} onClick={() => restore('in-place')}>
          {t('settings:backups.inPlace')}
        </Button>,
        <Button
          key="copy"
          type="primary"
          disabled={details === null}
          loading={action.busy}
          onClick={() => restore('copy')}
        >
          {t('settings:backups.copy')}
        </Button>,
      ]}
    >
      {error !== null && <ErrorNotice error={error} />}
      {details === null && error === null && <Busy label={t('settings:backups.looking')} />}
      {details !== null && <Difference details={details} />}
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
    </Modal>
  );
}

function Difference(props: { readonly details: Details }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { students, studentsNow, shared, tables } = props.details;
  const lines = categoriesOf(tables.map(({ table }) => table)).map((category) => {
    const sum = { gone: 0, back: 0, changed: 0 };
    for (const found of tables.filter(({ table }) => categoryOf(table) === category))
      for (const what of ['gone', 'back', 'changed'] as const) sum[what] += found[what];
    return { category, sum };
  });
  return (
    <>
      <p>
        {format.sentences(
          t('settings:backups.holds', { count: students }),
          t('settings:backups.today', { count: studentsNow }),
        )}
      </p>
      {lines.length === 0 ? (
        <p>{t('settings:backups.same')}</p>
      ) : (
        <>
          <p>{t('settings:backups.differs')}</p>
          <ul className={styles['lines']}>
            {lines.map(({ category, sum }) => (
              <li key={category} className={styles['line']}>
                <span>{t(`sync:category.${category}`)}</span>
                <span className={styles['quiet']}>
                  {(['gone', 'back', 'changed'] as const)
                    .flatMap((what) => (sum[what] === 0 ? [] : [t(`settings:backups.${what}`, { count: sum[what] })]))
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={styles['note']}>
        <strong>{format.lead(t('settings:backups.copy'))}</strong>
        {t('settings:backups.copyText')}
      </p>
      <p className={styles['note']}>
        <strong>{format.lead(t('settings:backups.inPlace'))}</strong>
        {format.sentences(
          t('settings:backups.inPlaceText'),
          shared === 'again' ? t('settings:backups.sharedText') : null,
          shared === 'sent-only' ? t('settings:backups.sentOnlyText') : null,
        )}
      </p>
    </>
  );
}
