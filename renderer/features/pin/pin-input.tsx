import { Input } from 'antd';
import type { InputRef } from 'antd';
import { useEffect, useId, useRef } from 'react';
import { pinDigits } from '../../../shared/permission/pin-problem.ts';
import styles from './pin.module.css';

/** A labelled field for a PIN: digits, hidden as they are typed, with the number pad of a board that is touched. */
export function PinInput(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly focus?: boolean;
  readonly disabled?: boolean;
  readonly error?: string | null;
}) {
  const id = useId();
  const { error = null, focus = false } = props;
  const input = useRef<InputRef>(null);
  useEffect(() => {
    if (focus) input.current?.focus({ cursor: 'all' });
  }, [focus]);
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{props.label}</label>
      <Input
        ref={input}
        id={id}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={pinDigits.most}
        value={props.value}
        disabled={props.disabled === true}
        status={error === null ? '' : 'error'}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : `${id}-error`}
        onChange={(event) => props.onChange(event.target.value.normalize('NFKC').replace(/\D/g, ''))}
      />
      {error !== null && (
        <p id={`${id}-error`} className={styles['error']}>
          {error}
        </p>
      )}
    </div>
  );
}
