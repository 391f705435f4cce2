import { useEffect, useState } from 'react';
import styles from './toast.module.css';

/** How long a deed is told of while it can be undone, and that it was undone, in milliseconds; counted anew for whoever points at it or was in it. */
const toldMs = 20_000;
const undoneMs = 6_000;

/** What was just done, for some time, and the way to undo it while there is one. */
export function Toast(props: {
  readonly text: string;
  /** Null where there is nothing to undo any more. */
  readonly undo: { readonly label: string; readonly busy: boolean; readonly onUndo: () => void } | null;
  /** It has been told for long enough; always the same function. */
  readonly onTold: () => void;
}) {
  const [held, setHeld] = useState({ pointer: false, focus: false });
  const { undo, onTold } = props;
  const isHeld = held.pointer || held.focus;
  const ms = undo === null ? undoneMs : toldMs;
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = window.setTimeout(onTold, ms);
    return () => window.clearTimeout(timer);
  }, [onTold, ms, isHeld]);
  return (
    <div
      className={styles['toast']}
      onPointerEnter={() => setHeld((now) => ({ ...now, pointer: true }))}
      onPointerLeave={() => setHeld((now) => ({ ...now, pointer: false }))}
      onFocus={() => setHeld((now) => ({ ...now, focus: true }))}
      onBlur={() => setHeld((now) => ({ ...now, focus: false }))}
    >
      <span className={styles['text']}>{props.text}</span>
      {undo !== null && (
        <button type="button" className={styles['action']} disabled={undo.busy} onClick={undo.onUndo}>
          {undo.label}
        </button>
      )}
    </div>
  );
}
