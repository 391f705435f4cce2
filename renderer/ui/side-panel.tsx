import { Drawer } from 'antd';
import type { ReactNode } from 'react';
import styles from './side-panel.module.css';

/** A panel at the right edge for one thing: editing a row, adding some. Escape and a click beside it close it. */
export function SidePanel(props: {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  /** Buttons at the bottom: the first is the primary one and stands at the right. */
  readonly footer?: ReactNode;
  readonly children: ReactNode;
  readonly afterOpen?: () => void;
}) {
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      size={440}
      destroyOnHidden
      rootClassName={styles['root'] ?? ''}
      footer={props.footer === undefined ? undefined : <div className={styles['footer']}>{props.footer}</div>}
      afterOpenChange={(open) => {
        if (open) props.afterOpen?.();
      }}
    >
      <div className={styles['content']}>{props.children}</div>
    </Drawer>
  );
}
