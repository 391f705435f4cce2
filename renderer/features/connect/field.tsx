import { useId, type CSSProperties, type ReactNode } from 'react';
import styles from './connect.module.css';

/** What a field hands to its control: its id, and where its message stands. */
export interface FieldControl {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

/** A labelled field of a form with its message below. */
export function Field(props: {
  readonly label: string;
  readonly error?: string | null;
  readonly hint?: string | null;
  /** Share of the line: a CSS grid column span. */
  readonly span: number;
  readonly children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const message = `${id}-message`;
  const { error = null, hint = null } = props;
  const text = error ?? hint;
  const style: CSSProperties & Record<'--span', number> = { '--span': props.span };
  return (
    <div className={styles['field']} style={style}>
      <label htmlFor={id}>{props.label}</label>
      {props.children({
        id,
        'aria-invalid': error !== null,
        'aria-describedby': text === null ? undefined : message,
      })}
      {text !== null && (
        <p id={message} className={styles['message']} data-error={error !== null}>
          {text}
        </p>
      )}
    </div>
  );
}
