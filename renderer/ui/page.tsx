import type { ReactNode } from 'react';
import styles from './page.module.css';

/** What a page is made of: one heading, what belongs to it, the work. `fill` makes the body take the rest of the height (grids); with `grow` the page scrolls where that is too little. */
export function Page(props: {
  readonly title: string;
  /** Quiet words after the title. */
  readonly detail?: ReactNode;
  /** Search, filters and the page's one primary action. */
  readonly actions?: ReactNode;
  readonly fill?: boolean | 'grow';
  readonly children: ReactNode;
}) {
  return (
    <div className={styles['page']} data-fill={props.fill ?? false}>
      <header className={styles['header']}>
        <div className={styles['heading']}>
          <h1>{props.title}</h1>
          {props.detail !== undefined && <div className={styles['detail']}>{props.detail}</div>}
        </div>
        {props.actions !== undefined && <div className={styles['actions']}>{props.actions}</div>}
      </header>
      <div className={styles['body']}>{props.children}</div>
    </div>
  );
}

/** A white panel with an optional heading, the surface everything but the class cards lies on. */
export function Panel(props: {
  readonly title?: string;
  readonly extra?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles['panel']} data-flush={props.flush === true} aria-label={props.title}>
      {props.title !== undefined && (
        <div className={styles['panelHead']}>
          <h2>{props.title}</h2>
          {props.extra}
        </div>
      )}
      {props.children}
    </section>
  );
}
