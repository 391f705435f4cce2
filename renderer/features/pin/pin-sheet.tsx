import { Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pinDigits } from '../../../shared/permission/pin-problem.ts';
import type { PermissionState } from '../../../shared/contract/pin.ts';
import type { PinLevel } from '../../../shared/permission/permission-level.ts';
import { useRoute } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';
import { PinInput } from './pin-input.tsx';
import { usePin } from './pin-store.ts';
import { useSecondsLeft } from './use-seconds-left.ts';
import styles from './pin.module.css';

/** Whatever asked for it may be a dialog of a dialog; each lies a hundred above the one it was opened from. */
const aboveAll = 3000;

/** Asks for the PIN where something needs one; what was begun goes on with it, and is as it was without. */
export function PinSheet() {
  const asked = usePin((state) => state.asked);
  return asked === null ? null : <Question key={asked.level} level={asked.level} />;
}

function Question({ level }: { readonly level: PinLevel }) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const unlock = usePin((state) => state.unlock);
  const cancel = usePin((state) => state.cancel);
  const waitEnds = usePin(({ state, heardAt }) => waitEnd(level, state, heardAt));
  const seconds = useSecondsLeft(waitEnds);
  const action = useAction();
  useLeaving(cancel);
  const ready = pin.length >= pinDigits.least && seconds === 0;
  const give = (): void => {
    if (!ready) return;
    void action.run(async () => await unlock(pin)).then((given) => (given ? undefined : setPin('')));
  };
  const unseen = action.error?.code === 'pin-unseen' ? action.error : null;
  const wrong = unseen !== null || action.error?.code === 'pin-wrong' || action.error?.code === 'pin-wait';
  const wrongText =
    unseen === null
      ? t('errors:pin-wrong.title')
      : `${t('errors:pin-unseen.title', unseen.params)} ${t('errors:pin-unseen.remedy')}`;
  return (
    <Modal
      open
      title={t(`common:pin.title.${level}`)}
      onCancel={cancel}
      onOk={give}
      okText={t('common:pin.unlock')}
      cancelText={t('common:cancel')}
      okButtonProps={{ disabled: !ready, loading: action.busy }}
      closable={false}
      centered
      width={400}
      zIndex={aboveAll}
    >
      <form
        className={styles['body']}
        onSubmit={(event) => {
          event.preventDefault();
          give();
        }}
      >
        <p>{t(`common:pin.why.${level}`)}</p>
        <PinInput
          label={t('common:pin.label')}
          value={pin}
          focus
          onChange={(value) => {
            setPin(value);
            action.clear();
          }}
          error={wrong && seconds === 0 ? wrongText : null}
        />
        <p className={styles['wait']} role="status">
          {seconds > 0 ? t('common:pin.wait', { count: seconds }) : ''}
        </p>
        {action.error !== null && !wrong && <ErrorNotice error={action.error} />}
      </form>
    </Modal>
  );
}

/** Whoever leaves the page, or the class, a PIN was asked for on does not go on with what was begun there. */
function useLeaving(leave: () => void): void {
  const page = useRoute().path.join('/');
  const classId = useApp((state) => state.classId);
  const askedAt = useRef({ page, classId });
  useEffect(() => {
    // A page that is being loaded learns only then which class is open.
    askedAt.current.classId ??= classId;
    if (page !== askedAt.current.page || classId !== askedAt.current.classId) leave();
  }, [page, classId, leave]);
}

/** Until when no PIN that would do is looked at, in milliseconds since 1970; null where one is. */
function waitEnd(level: PinLevel, state: PermissionState | null, heardAt: number): number | null {
  if (state === null) return null;
  const { admin, points } = state.wait;
  const ms = level === 'admin' ? admin : Math.min(admin, points);
  return ms > 0 ? heardAt + ms : null;
}
