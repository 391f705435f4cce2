import styles from './grid.module.css';

/** A check box that is one element, because a long list has one in every line. It is no tab stop; the grid is. */
export function TickBox(props: {
  readonly state: 'none' | 'some' | 'all';
  readonly label: string;
  readonly disabled: boolean;
  readonly onChange: (ticked: boolean) => void;
}) {
  const { state } = props;
  return (
    <input
      // Mixed is nothing HTML can say.
      ref={(box) => {
        if (box !== null) box.indeterminate = state === 'some';
      }}
      type="checkbox"
      className={styles['tick']}
      checked={state === 'all'}
      disabled={props.disabled}
      tabIndex={-1}
      aria-label={props.label}
      onChange={(event) => props.onChange(event.target.checked)}
    />
  );
}
