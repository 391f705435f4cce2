import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pinProblem } from '../../../shared/permission/pin-problem.ts';
import type { PinLevel } from '../../../shared/permission/permission-level.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PinInput } from '../pin/pin-input.tsx';
import { usePin } from '../pin/pin-store.ts';
import styles from '../pin/pin.module.css';

/** What a dialog about PINs does. */
export interface PinTask {
  readonly kind: 'set' | 'change' | 'remove';
  readonly level: PinLevel;
}

/** Sets, changes or removes one PIN. The admin PIN that is set is asked for each time, also where it was just given. */
export function PinDialog(props: { readonly task: PinTask; readonly hasAdmin: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { kind, level } = props.task;
  const sets = kind !== 'remove';
  const { fields, action, save } = usePinForm(props.task, props.hasAdmin, props.onClose);
  return (
    <Modal
      open
      title={t(`settings:pins.${kind}.${level}`)}
      onCancel={props.onClose}
      onOk={save}
      okText={t(sets ? 'common:save' : 'settings:pins.removeIt')}
      cancelText={t('common:cancel')}
      okButtonProps={{ loading: action.busy, danger: !sets }}
      closable={false}
      centered
      width={420}
    >
      <form
        className={styles['body']}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {!sets && <p>{t(`settings:pins.after.${level}`)}</p>}
        {fields.map(({ name, value, change, error }, index) => (
          <PinInput
            key={name}
            label={t(`settings:pins.${name}`)}
            value={value}
            onChange={change}
            focus={index === 0}
            error={error}
          />
        ))}
        {/* Enter in a field saves. */}
        <button type="submit" hidden>
          {t('common:save')}
        </button>
        {action.error !== null && <ErrorNotice error={action.error} />}
      </form>
    </Modal>
  );
}

interface PinField {
  readonly name: 'current' | 'fresh' | 'again';
  readonly value: string;
  readonly change: (value: string) => void;
  /** What is wrong with it, once somebody pressed the button. */
  readonly error: string | null;
}

function usePinForm({ kind, level }: PinTask, hasAdmin: boolean, onDone: () => void) {
  const { t } = useTranslation();
  const { put, remove } = usePin();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [pressed, setPressed] = useState(false);
  const action = useAction();
  // Of a PIN that is set for the first time there is none to prove; the field does not come while it is being set.
  const [asksCurrent] = useState(hasAdmin);
  const lacking = pinProblem(current) === null ? null : t('settings:pins.currentNeeded');
  const problem = pinProblem(fresh) === null ? null : t('errors:pin-invalid.remedy');
  const differs = problem !== null || fresh === again ? null : t('settings:pins.differs');
  const known: readonly PinField[] = [{ name: 'current', value: current, change: setCurrent, error: lacking }];
  const wished: readonly PinField[] = [
    { name: 'fresh', value: fresh, change: setFresh, error: problem },
    { name: 'again', value: again, change: setAgain, error: differs },
  ];
  const fields = [...(asksCurrent ? known : []), ...(kind === 'remove' ? [] : wished)];
  const save = (): void => {
    setPressed(true);
    if (fields.some(({ error }) => error !== null)) return;
    const proof = asksCurrent ? { current } : {};
    void action
      .run(() => (kind === 'remove' ? remove({ level, ...proof }) : put({ level, pin: fresh, ...proof })))
      .then((done) => {
        if (done) return onDone();
        // The one that was wrong is typed anew; that it is missing then needs no saying.
        setCurrent('');
        setPressed(false);
      });
  };
  return { fields: fields.map((field) => (pressed ? field : { ...field, error: null })), action, save };
}
