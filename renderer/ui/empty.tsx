import type { ReactNode } from 'react';
import styles from './states.module.css';

/** What stands where a list would be: what this place is for and the one thing to do. */
export function Empty(props: { readonly title: string; readonly text?: string; readonly children?: ReactNode }) {
  return (
    <div className={styles['empty']}>
      <p className={styles['emptyTitle']}>{props.title}</p>
      {props.text !== undefined && <p className={styles['quiet']}>{props.text}</p>}
      {props.children !== undefined && <div className={styles['emptyActions']}>{props.children}</div>}
    </div>
  );
}
