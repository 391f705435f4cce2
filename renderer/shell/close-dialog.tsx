import { Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { guestWords } from '../features/sync/guest-words.ts';
import { usePhaseText } from '../features/sync/preview/run-bar.tsx';
import type { PreviewStore } from '../features/sync/preview/preview-store.ts';
import { Busy } from '../ui/busy.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { useClose } from './close-store.ts';
import styles from './close.module.css';

/** Before the app ends: what was not sent yet, and the three ways on. */
export function CloseDialog() {
  const { t } = useTranslation();
  const { step, stay } = useClose();
  const open = step.kind === 'asked' || step.kind === 'syncing' || step.kind === 'failed';
  return (
    <Modal
      open={open}
      title={step.kind === 'syncing' ? t('common:quit.syncing') : t('common:quit.title')}
      footer={null}
      closable={false}
      onCancel={stay}
      width={480}
      centered
      destroyOnHidden
    >
      <Body />
    </Modal>
  );
}

function Body(): ReactNode {
  const { t } = useTranslation();
  const { step, stay, syncAndClose, closeAnyway } = useClose();
  switch (step.kind) {
    case 'open':
    case 'decide':
    case 'ended':
      return null;
    case 'syncing':
      return <Syncing store={step.store} onStay={stay} />;
    case 'asked':
    case 'failed':
      return (
        <div className={styles['body']}>
          {step.kind === 'failed' && (
            <ErrorNotice error={step.error} instead={guestWords(t, step.error.code, step.user)} />
          )}
          <p>{t('common:quit.text', { count: step.unsent })}</p>
          <div className={styles['actions']}>
            <Button onClick={stay}>{t('common:quit.stay')}</Button>
            <Button onClick={() => void closeAnyway()}>{t('common:quit.anyway')}</Button>
            <Button type="primary" onClick={() => void syncAndClose()}>
              {t(step.kind === 'failed' ? 'common:quit.again' : 'common:quit.sync')}
            </Button>
          </div>
        </div>
      );
  }
}

function Syncing(props: { readonly store: PreviewStore; readonly onStay: () => void }) {
  const { t } = useTranslation();
  const phaseText = usePhaseText();
  const work = props.store.use((state) => state.work);
  return (
    <div className={styles['body']}>
      <Busy label={work === null ? t('sync:run.busy.sync') : phaseText(work)} />
      <div className={styles['actions']}>
        <Button onClick={props.onStay}>{t('common:cancel')}</Button>
      </div>
    </div>
  );
}

/** Said above the page that asks for a decision, when the app was to be closed. */
export function NotClosedYet() {
  const { t } = useTranslation();
  const { step, stay } = useClose();
  if (step.kind !== 'decide') return null;
  return (
    <div className={styles['notYet']} data-above role="status">
      <span>{t('common:quit.decide')}</span>
      <Button onClick={stay}>{t('common:gotIt')}</Button>
    </div>
  );
}

/** All that is left to show once the app has ended. */
export function Ended() {
  const { t } = useTranslation();
  return (
    <main className={styles['ended']}>
      <h1>{t('common:quit.ended')}</h1>
      <p>{t('common:quit.endedText')}</p>
    </main>
  );
}
