import type { PlanRowItem, ResolveFile } from '../../../shared/contract/sync.ts';
import type { Random } from '../../simulation/random.ts';
import { pick, shuffled } from './conflict-set.ts';
import { Draft, keptBeside, type Choice, type Step } from './draft-model.ts';

/** How often each way of choosing was picked so far; what was picked least is picked first, so that all of them are met. */
export type Tally = Map<string, number>;

/** Counts one more. */
export function count(tally: Tally, word: string): void {
  tally.set(word, (tally.get(word) ?? 0) + 1);
}

const rules = ['local', 'server', 'merge-local', 'merge-server', 'both', 'newer', 'later', 'reset'] as const;

/**
 * What a teacher does with a list, at random: answers nearly every question in one of the ways the page offers, changes her mind, leaves changes out, decides many at
 * once, and takes some of it back and puts it in force again.
 */
export function randomSteps(rows: readonly PlanRowItem[], random: Random, tally: Tally): readonly Step[] {
  const draft = new Draft(rows);
  const steps: Step[] = [];
  const take = (step: Step): void => {
    // No button offers an answer it has.
    if (step.does === 'choose' && isSame(step, draft.choice(step.row))) return;
    steps.push(step);
    draft.take(step);
    count(tally, wordOf(step));
    if (draft.canStep('undo') && random(6) === 0) {
      take({ does: 'undo' });
      if (random(3) > 0) take({ does: 'redo' });
    }
  };
  const many = (): void => {
    const step = manyRows(rows, random, tally);
    if (step !== null) take(step);
  };
  const questions = shuffled(random, rows.filter(isQuestion));
  for (const [index, row] of questions.entries()) {
    if (index === Math.floor(questions.length / 2)) many();
    take(random(7) === 0 ? { does: 'later', row: row.ordinal } : choose(row, random, tally));
    if (draft.choice(row.ordinal)?.choice === 'skip' && random(2) === 0) take({ does: 'later', row: row.ordinal });
    if (draft.choice(row.ordinal) !== null && random(12) === 0) take({ does: 'reset', row: row.ordinal });
    if (random(8) === 0) take(choose(row, random, tally));
    const chosen = draft.choice(row.ordinal)?.choice ?? 'skip';
    if (chosen !== 'skip' && standsAlone(row, rows) && random(6) === 0) take({ does: 'tick', row: row.ordinal });
  }
  const free = shuffled(
    random,
    rows.filter((row) => row.kind !== 'conflict' && standsAlone(row, rows)),
  );
  for (const { ordinal } of free.slice(0, 3)) take({ does: 'tick', row: ordinal });
  const [again] = free;
  if (again !== undefined && random(2) === 0) take({ does: 'tick', row: again.ordinal });
  many();
  if (draft.undecided() > 0 && random(3) > 0)
    take({
      does: 'many',
      rows: 'undecided',
      rule: leastOf(['newer', 'merge-local', 'later', 'server'], 'undecided', random, tally),
    });
  return steps;
}

function isSame({ choice, fields = {} }: Choice, now: Choice | null): boolean {
  return JSON.stringify([choice, fields]) === JSON.stringify([now?.choice, now?.fields ?? {}]);
}

/** What a step is counted as. */
export function wordOf(step: Step): string {
  if (step.does === 'many') return step.rows === 'undecided' ? `undecided ${step.rule}` : `many ${step.rule}`;
  if (step.does !== 'choose') return step.does;
  const typed = Object.values(step.fields ?? {}).some((field) => typeof field === 'object');
  return typed && step.choice === 'merge' ? 'choose typed' : `choose ${step.choice}`;
}

function isQuestion({ kind, refused }: PlanRowItem): boolean {
  return kind === 'conflict' && refused === null;
}

/** Whether nothing else of the list is about the same records: whatever is said of it changes it alone, or what waits for it. */
function standsAlone(row: PlanRowItem, rows: readonly PlanRowItem[]): boolean {
  if (!isSafe(row)) return false;
  const about = JSON.stringify([row.key, row.fields]);
  return rows.every((other) => other === row || Object.values(other.key).every((id) => !about.includes(id)));
}

function isSafe({ conflict, fields, refused, blockedBy, group }: PlanRowItem): boolean {
  if (refused !== null || blockedBy !== null || group !== null) return false;
  if (conflict !== null && conflict !== 'both-updated') return false;
  return fields.every(({ name }) => name !== 'number');
}

/** Several rows that follow each other, and what is said of them. */
function manyRows(rows: readonly PlanRowItem[], random: Random, tally: Tally): Step | null {
  const free = longestRun(rows, (row) => row.kind !== 'conflict' && standsAlone(row, rows));
  if (free.length > 1 && leastOf(['tick', 'rule'], 'kind', random, tally) === 'tick')
    return { does: 'many', rows: free.slice(0, 4).map(({ ordinal }) => ordinal), rule: 'tick' };
  // Most places fit; whether all rules are met must not hang on the first that is tried.
  for (let tries = 0; tries < 20; tries += 1) {
    const from = random(Math.max(1, rows.findLastIndex(isQuestion) - 1));
    const some = rows.slice(from, from + 2 + random(5));
    if (some.length < 2 || some.some(({ refused, group }) => refused !== null || group !== null)) continue;
    return { does: 'many', rows: some.map(({ ordinal }) => ordinal), rule: leastOf(rules, 'rule', random, tally) };
  }
  return null;
}

function longestRun(rows: readonly PlanRowItem[], fits: (row: PlanRowItem) => boolean): readonly PlanRowItem[] {
  let [longest, now]: PlanRowItem[][] = [[], []];
  for (const row of rows) {
    now = fits(row) ? [...(now ?? []), row] : [];
    if (now.length > (longest?.length ?? 0)) longest = now;
  }
  return longest ?? [];
}

function leastOf<T extends string>(words: readonly T[], about: string, random: Random, tally: Tally): T {
  const seen = (word: T): number => tally.get(`${about}: ${word}`) ?? 0;
  const least = Math.min(...words.map(seen));
  const picked = pick(
    random,
    words.filter((word) => seen(word) === least),
  );
  count(tally, `${about}: ${picked}`);
  return picked;
}

/** Fields for which another value can be typed, and which of them may be left empty. */
const typable = ['name', 'number', 'note', 'text', 'category', 'delta'];
const emptiable = ['number', 'note', 'category'];
const twofold = ['student', 'group', 'reason', 'reward'];

function choose(row: PlanRowItem, random: Random, tally: Tally): Step {
  const { ordinal, conflict, table, fields } = row;
  const clashing = fields.filter(({ clash }) => clash).map(({ name }) => name);
  const as = (choice: Choice['choice'], named?: Choice['fields']): Step => ({
    does: 'choose',
    row: ordinal,
    choice,
    ...(named === undefined ? {} : { fields: named }),
  });
  if (conflict === 'same-identity') {
    const way = leastOf(
      ['server', 'rename', ...(row.rival === null ? [] : (['adopt'] as const))],
      'claimed',
      random,
      tally,
    );
    return way === 'rename' ? as(way, { [clashing[0] ?? '']: { value: `77${random(100_000_000)}` } }) : as(way);
  }
  if (conflict !== 'both-updated' && conflict !== 'both-added')
    return as(leastOf(['local', 'server'], conflict ?? '', random, tally));
  const canType = clashing.some((name) => typable.includes(name));
  const ways = [
    'local',
    'server',
    'merge',
    ...(canType ? (['typed'] as const) : []),
    ...(twofold.includes(table) ? (['both'] as const) : []),
  ] as const;
  const way = leastOf(ways, 'changed', random, tally);
  if (way === 'both') return as(way, keptBeside(row));
  if (way !== 'merge' && way !== 'typed') return as(way);
  const typing =
    way === 'typed'
      ? pick(
          random,
          clashing.filter((name) => typable.includes(name)),
        )
      : null;
  const picks = clashing.map(
    (name) => [name, name === typing ? typedFor(name, random) : pick(random, ['local', 'server'] as const)] as const,
  );
  return as('merge', Object.fromEntries(picks));
}

function typedFor(name: string, random: Random): { readonly value: string | null } {
  if (emptiable.includes(name) && random(3) === 0) return { value: null };
  return { value: name === 'delta' ? `-${1 + random(9)}` : `88${random(100_000_000)}` };
}

/** The same choices as a file and options of the command line. */
export function asCommand(
  steps: readonly Step[],
  rows: readonly PlanRowItem[],
  planId: string,
): { readonly file: ResolveFile; readonly args: readonly string[] } {
  const draft = new Draft(rows);
  for (const step of steps) draft.take(step);
  const decided = rows.flatMap(({ ordinal, table, key }) => {
    const choice = draft.choice(ordinal);
    return choice === null ? [] : [{ table, key, ...choice }];
  });
  const left = rows.filter(({ ordinal }) => draft.isOut(ordinal));
  const args = left.flatMap(({ table, key }) => ['--leave', `${table}:${JSON.stringify(key)}`]);
  return { file: { planId, rows: decided }, args };
}
