import type { PlanRowItem, ResolveFile } from '../../../shared/contract/sync.ts';
import type { Random } from '../../simulation/random.ts';
import { shuffled } from '../../simulation/dealer.ts';
import { pick } from './conflict-set.ts';
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
export function randomSteps(
  rows: readonly PlanRowItem[],
  random: Random,
  { steps: tally, carried }: { readonly steps: Tally; readonly carried: Tally },
): readonly Step[] {
  const draft = new Draft(rows);
  const steps: Step[] = [];
  const takeOnly = (step: Step): void => {
    steps.push(step);
    draft.take(step);
    count(tally, wordOf(step));
  };
  const take = (step: Step): void => {
    // No button offers an answer it has.
    if (step.does === 'choose' && isSame(step, draft.choice(step.row))) return;
    takeOnly(step);
    if (draft.canStep('undo') && random(6) === 0) {
      take({ does: 'undo' });
      if (random(3) > 0) take({ does: 'redo' });
    }
  };
  const many = (): void => {
    const step = manyRows(rows, draft, random, tally);
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
  for (const step of missingSteps(questions, draft, random, tally)) takeOnly(step);
  for (const row of questions) {
    const step = missingAnswer(row, rows, draft, { random, carried });
    if (step !== null) takeOnly(step);
  }
  return steps;
}

/** Steps that were met in no list so far, one after the other as they are taken: whether all of them are met must not hang on the seed. */
function* missingSteps(
  questions: readonly PlanRowItem[],
  draft: Draft,
  random: Random,
  tally: Tally,
): Generator<Step, void> {
  for (const row of questions)
    for (const way of waysOf(row).filter((one) => !tally.has(`choose ${one}`))) {
      const step = chooseAs(row, way, random);
      if (!isSame(step, draft.choice(row.ordinal))) yield step;
    }
  const [row, other] = questions.filter(({ ordinal }) => draft.choice(ordinal) !== null);
  if (row === undefined || other === undefined) return;
  if (!tally.has('reset')) yield { does: 'reset', row: row.ordinal };
  if (!tally.has('later')) yield { does: 'later', row: other.ordinal };
  if (!tally.has('undo')) yield { does: 'undo' };
  if (!tally.has('redo') && draft.canStep('redo')) yield { does: 'redo' };
}

/** An answer to a question that was never carried out so far and would not be by the draft; null where another one is not to be given up for it. */
function missingAnswer(
  row: PlanRowItem,
  rows: readonly PlanRowItem[],
  draft: Draft,
  { random, carried }: { readonly random: Random; readonly carried: Tally },
): Step | null {
  if (draft.isOut(row.ordinal)) return null;
  const met = tallyOf(rows, draft, carried);
  const kept = answerOf(row, draft.choice(row.ordinal));
  if (kept !== null && (met.get(kept) ?? 0) < 2) return null;
  const way = waysOf(row).find((one) => !met.has(`${row.conflict} ${one}`));
  return way === undefined ? null : chooseAs(row, way, random);
}

/** What was carried out so far and what a draft would add. */
function tallyOf(rows: readonly PlanRowItem[], draft: Draft, carried: Tally): Tally {
  const met = new Map(carried);
  for (const row of rows) {
    const word = draft.isOut(row.ordinal) ? null : answerOf(row, draft.choice(row.ordinal));
    if (word !== null) count(met, word);
  }
  return met;
}

/** What an answer to a question is counted as; null where there is none. */
export function answerOf({ ordinal, conflict }: PlanRowItem, choice: Choice | null): string | null {
  if (conflict === null || choice === null || choice.choice === 'skip') return null;
  return `${conflict} ${wordOf({ does: 'choose', row: ordinal, ...choice }).replace('choose ', '')}`;
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

/** Several rows that follow each other, and what is said of them: something that changes what is decided, or it would not count as met. */
function manyRows(rows: readonly PlanRowItem[], draft: Draft, random: Random, tally: Tally): Step | null {
  const free = longestRun(rows, (row) => row.kind !== 'conflict' && standsAlone(row, rows));
  if (free.length > 1 && leastOf(['tick', 'rule', 'another rule'], 'kind', random, tally) === 'tick')
    return { does: 'many', rows: free.slice(0, 4).map(({ ordinal }) => ordinal), rule: 'tick' };
  const last = rows.findLastIndex(isQuestion);
  const places = Array.from({ length: Math.max(0, last) }, (_none, from) => rows.slice(from, from + 2 + random(5)))
    .filter((some) => some.length > 1 && some.every(({ refused, group }) => refused === null && group === null))
    .map((some) => some.map(({ ordinal }) => ordinal));
  const fitting = (rule: (typeof rules)[number]) =>
    places.filter((some) => draft.wouldChange({ does: 'many', rows: some, rule }));
  const possible = rules.filter((rule) => fitting(rule).length > 0);
  if (possible.length === 0) return null;
  const rule = leastOf(possible, 'rule', random, tally);
  return { does: 'many', rows: pick(random, fitting(rule)), rule };
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

/** What a list is answered with by a button or in the panel, in the words of the command line; `typed` is a merge with another value. */
type Way = 'local' | 'server' | 'merge' | 'typed' | 'both' | 'rename' | 'adopt';

/** The answers the page offers to a question. */
function waysOf({ conflict, rival, table, fields }: PlanRowItem): readonly Way[] {
  if (conflict === 'same-identity') return ['server', 'rename', ...(rival === null ? [] : (['adopt'] as const))];
  if (conflict !== 'both-updated' && conflict !== 'both-added') return ['local', 'server'];
  const canType = fields.some(({ name, clash }) => clash && typable.includes(name));
  return [
    ...(['local', 'server', 'merge'] as const),
    ...(canType ? (['typed'] as const) : []),
    ...(twofold.includes(table) ? (['both'] as const) : []),
  ];
}

function choose(row: PlanRowItem, random: Random, tally: Tally): Step {
  return chooseAs(row, leastOf(waysOf(row), row.conflict ?? '', random, tally), random);
}

function chooseAs(row: PlanRowItem, way: Way, random: Random): Extract<Step, { readonly does: 'choose' }> {
  const clashing = row.fields.filter(({ clash }) => clash).map(({ name }) => name);
  const as = (choice: Choice['choice'], named?: Choice['fields']): ReturnType<typeof chooseAs> => ({
    does: 'choose',
    row: row.ordinal,
    choice,
    ...(named === undefined ? {} : { fields: named }),
  });
  if (way === 'rename') return as(way, { [clashing[0] ?? '']: { value: `77${random(100_000_000)}` } });
  if (way === 'both') return as(way, keptBeside(row));
  if (way !== 'merge' && way !== 'typed') return as(way);
  const canType = clashing.filter((name) => typable.includes(name));
  const typing = way === 'typed' ? pick(random, canType) : null;
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
