import { CheckOutlined, CloseOutlined, ExclamationOutlined, LoadingOutlined, MinusOutlined } from '@ant-design/icons';
import type { CheckLine } from './plan-checks.ts';
import styles from './summary.module.css';

/** How a check stands, as a sign beside its words. */
export function CheckIcon(props: { readonly state: CheckLine['state'] }) {
  const shared = { className: styles['checkIcon'] ?? '', 'data-state': props.state, 'aria-hidden': true };
  switch (props.state) {
    case 'ok':
      return <CheckOutlined {...shared} />;
    case 'warning':
      return <ExclamationOutlined {...shared} />;
    case 'failed':
      return <CloseOutlined {...shared} />;
    case 'waiting':
      return <MinusOutlined {...shared} />;
    case 'running':
      return <LoadingOutlined {...shared} />;
  }
}
