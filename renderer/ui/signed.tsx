import { useFormat } from '../format.ts';
import styles from './signed.module.css';

/** Points with their sign: +2 and −1 differ by sign first and by colour second. */
export function Signed(props: { readonly value: number; readonly struck?: boolean }) {
  const format = useFormat();
  const sign = props.value > 0 ? 'plus' : props.value < 0 ? 'minus' : 'zero';
  return (
    <span className={styles['signed']} data-sign={sign} data-struck={props.struck === true}>
      {format.signed(props.value)}
    </span>
  );
}
