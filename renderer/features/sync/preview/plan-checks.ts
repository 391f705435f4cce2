import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';
import type { Words } from './field-words.ts';

type Check = PlanSummary['checks'][number];

/** What is looked at before a list is made, in this order. */
export const preChecks = [
  'connect',
  'tls',
  'version',
  'database',
  'rights',
  'tables',
  'constraints',
  'lock',
  'clock',
] as const;
/** One of them. */
export type PreCheck = (typeof preChecks)[number];

/** A line of the checks as people read them: the pre-checks, then what a person should know of what was read. */
export interface CheckLine {
  readonly id: PreCheck | 'verify' | 'rules' | 'lost' | 'hidden' | 'drift' | 'erasure' | 'unsent' | 'others';
  readonly state: Check['state'];
  /** The check that decides the state; its code and facts are what is told. */
  readonly worst: Check;
}

/** Whether a list is of a part of the class only: some of its tables could not be compared. */
export function isPartial({ checks }: Pick<PlanSummary, 'checks'>): boolean {
  return checks.some(({ id, state }) => id === 'tables' && state === 'failed');
}

const lines: readonly CheckLine['id'][] = [
  ...preChecks,
  'verify',
  'rules',
  'lost',
  'hidden',
  'drift',
  'erasure',
  'unsent',
  'others',
];

const gravity: Readonly<Record<Check['state'], number>> = { ok: 0, waiting: 1, running: 2, warning: 3, failed: 4 };

/** The checks by what they are about, each with its gravest state. What nothing was checked for is left out. */
export function checkLines(checks: readonly Check[]): readonly CheckLine[] {
  return lines.flatMap((id) => {
    const found = checks.filter((check) => check.id === id);
    const worst = found.toSorted((a, b) => gravity[b.state] - gravity[a.state])[0];
    return worst === undefined ? [] : [{ id, state: worst.state, worst }];
  });
}

/**
 * The words of a line that is not well; `title` is that of its error, empty where it has none. A right that is missing is named with what lacks it. An offset above zero means that the server's clock is ahead of
 * this PC's, which is what a teacher can set right: so the words are about this PC.
 */
export function checkText({ id, worst }: CheckLine, title: string, { t, format }: Words): string {
  const { on, right } = worst.params;
  if (worst.code === 'right-missing' && typeof on === 'string' && typeof right === 'string')
    return t('sync:check.lacks', { right, on: shownText(on) });
  if (id !== 'clock') return title === '' ? t(`sync:check.ok.${id}`) : title;
  const offset = Number(worst.params['offsetMs'] ?? 0);
  const seconds = format.number(Math.round(Math.abs(offset) / 1000));
  return t(offset > 0 ? 'sync:check.behind' : 'sync:check.ahead', { seconds });
}
