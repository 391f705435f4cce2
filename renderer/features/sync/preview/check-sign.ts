import { withIcon, type IconName } from '../../../ui/icon.tsx';
import type { CheckLine } from './plan-checks.ts';
import styles from './summary.module.css';

const signs = { ok: 'check', warning: 'exclamation', failed: 'close', waiting: 'minus' } as const satisfies Partial<
  Record<CheckLine['state'], IconName>
>;

/** How a check stands, as a sign before its words; one that is still running turns, which is an element of its own. */
export function checkSign(state: CheckLine['state'], className = styles['check'] ?? '') {
  const sign = state === 'running' ? { className } : withIcon(signs[state], 'before', className);
  return { ...sign, 'data-state': state };
}
