import type { Params } from '../../shared/contract/contract.ts';
import type { ErrorParams } from '../../shared/errors.ts';
import type { PlanRowItem, PlanSummary } from '../../shared/contract/sync.ts';
import type { Answer } from './answer.ts';
import { listLines } from './listing.ts';
import { printable } from './printable.ts';
import type { CliSession } from './session.ts';
import { planRowShape, planShape } from '../../shared/contract/plan-document.ts';
import type { Words } from './words.ts';

type PlanFilter = NonNullable<Params<'plan.index'>['filter']>;

const rowsPerCall = 200;

/** A plan in full: its two ends, checks, counts and guards, and with `rows` every row of it. */
export function planAnswer(session: CliSession, plan: PlanSummary, rows: boolean): Answer {
  const { words } = session;
  return {
    json: planShape(plan),
    lines: () => planLines(plan, words),
    ...(rows
      ? {
          stream: {
            key: 'rows',
            items: mapRows(planRows(session, plan), session.options.json),
            line: (row: unknown) => [...(isPlanRow(row) ? rowLines(row, words) : [])],
          },
        }
      : {}),
  };
}

async function* mapRows(rows: AsyncIterable<PlanRowItem>, json: boolean): AsyncGenerator {
  for await (const row of rows) yield json ? planRowShape(row) : row;
}

/** The rows of a plan that a filter keeps, in its order, read in pages. */
export async function* planRows(
  session: CliSession,
  plan: PlanSummary,
  filter: PlanFilter = {},
): AsyncGenerator<PlanRowItem> {
  const { classId, planId } = plan;
  const { ordinals } = await session.call('plan.index', { classId, planId, filter });
  for (let at = 0; at < ordinals.length; at += rowsPerCall) {
    const { items } = await session.call('plan.rows', {
      classId,
      planId,
      ordinals: ordinals.slice(at, at + rowsPerCall),
    });
    yield* items;
  }
}

function isPlanRow(row: unknown): row is PlanRowItem {
  return typeof row === 'object' && row !== null && 'ordinal' in row;
}

/** The rule a check is about by its name in words, where it has one. */
function inWords(params: ErrorParams, words: Words): ErrorParams {
  const { rule } = params;
  return typeof rule === 'string' ? { ...params, rule: words.name('rule', rule) } : params;
}

function planLines(plan: PlanSummary, words: Words): readonly string[] {
  const counts = plan.summary.toSorted((a, b) => a.table.localeCompare(b.table));
  const troubles = plan.checks.filter((check) => check.state === 'warning' || check.state === 'failed');
  return [
    words.t('plan.ends', {
      connection: printable(plan.connection),
      local: printable(plan.ends.local),
      server: printable(plan.ends.server),
    }),
    words.t('plan.id', { planId: plan.planId, madeAt: plan.madeAt }),
    ...(plan.firstContact ? [words.t('plan.first-contact')] : []),
    ...(plan.restored === null ? [] : [words.t('plan.restored', { count: plan.restored.rows })]),
    ...troubles.map((check) =>
      words.t('plan.check', {
        state: words.name('state', check.state),
        check: words.name('check', check.id),
        detail: check.code === null ? '' : words.errorTitle({ code: check.code, params: inWords(check.params, words) }),
      }),
    ),
    '',
    ...listLines(
      counts,
      [
        { title: 'column.table', cell: (count) => words.name('table', count.table) },
        { title: 'column.kind', cell: (count) => words.name('kind', count.kind) },
        { title: 'column.direction', cell: (count) => words.name('direction', count.direction) },
        { title: 'column.count', numeric: true, cell: (count) => count.count },
      ],
      words,
      'plan.nothing',
    ),
    ...(plan.undecided > 0 ? ['', words.t('plan.undecided', { count: plan.undecided })] : []),
    ...plan.guards.map((guard) =>
      words.t(guard.id === 'mass-erase' ? 'plan.guard-erase' : 'plan.guard', {
        table: words.name('table', guard.table),
        count: guard.count,
      }),
    ),
  ];
}

/** One row for people: what happens to it, and every field with its values. */
export function rowLines(row: PlanRowItem, words: Words): readonly string[] {
  const change = row.restored ? 'restored' : row.kind;
  const kind = row.conflict === null ? words.name('kind', change) : words.name('conflict', row.conflict);
  const head = `${words.name('direction', row.direction)}  ${kind}  ${words.name('table', row.table)} · ${printable(row.label)}`;
  const value = (cell: string | null): string => (cell === null ? '–' : printable(cell));
  const fields = row.fields.map((field) =>
    words.t(field.clash ? 'plan.clash' : 'plan.field', {
      name: field.name,
      base: value(field.base),
      local: value(field.local),
      server: value(field.server),
      result: value(field.result),
    }),
  );
  // What was decided cannot be carried out: without the reason the question would look like one that was answered.
  const again =
    row.left === 'value-taken' || row.left === 'server-rule'
      ? [`${words.name('left', row.left)}: ${printable(row.blockedBy ?? '')}`]
      : [];
  const decided = row.choice === null ? [] : [words.name('choice', row.choice)];
  const alike = row.alike.map((record) => words.t('plan.alike', { record: printable(record) }));
  return ['', head, ...[...fields, ...alike, ...decided, ...again].map((line) => `    ${line}`)];
}
