import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { allRunRows } from '../../shared/contract/all-run-rows.ts';
import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { startCommand } from '../support/command-line.ts';
import { randomOf, type Random } from '../simulation/random.ts';
import { byKeyboard } from './support/by-keyboard.ts';
import { byMouse } from './support/by-mouse.ts';
import { dealDifferences, fillClass, makeDifferences } from './support/conflict-set.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { Draft, type Step } from './support/draft-model.ts';
import type { Hands } from './support/hands.ts';
import { expectNumbers } from './support/matrix-numbers.ts';
import { expectOnBothSides } from './support/on-both-sides.ts';
import { announced, planRows, resultsOf, withKeysOf, type RowResult } from './support/plan-results.ts';
import { PreviewPage } from './support/preview-page.ts';
import { answerOf, asCommand, count, randomSteps, type Tally } from './support/random-steps.ts';
import { expectAsAnnounced, expectResultPage } from './support/run-pages.ts';
import { takeSteps, type Deciding } from './support/take-steps.ts';
import { test } from './support/test.ts';

/** How many sets of conflicts, and which is the first; more for a release. A run that was cut off goes on where it was. */
const sets = Number(process.env['TALLYBOOK_CONFLICT_SETS'] ?? 1);
const first = Number(process.env['TALLYBOOK_CONFLICT_FROM'] ?? 1);
const seed = Number(process.env['TALLYBOOK_SEED'] ?? 1);

// Each group has a class and a server's database of its own, so that one can run beside another.
test.describe.configure({ mode: 'parallel' });

/** So many sets follow each other in one class, with what was left undecided before; the next ones begin with a fresh class and a seed of their own. */
const perClass = 5;

for (let from = first - ((first - 1) % perClass); from <= sets; from += perClass) {
  const to = Math.min(sets, from + perClass - 1);
  test(`random sets of conflicts ${from} to ${to} come to the same by keyboard, by mouse and by command line, and the page of a run lists what was announced (C1, C2, C3, C5, C6; seed ${seed})`, async ({
    startConnected,
  }) => {
    test.setTimeout(60_000 + perClass * 180_000);
    const random = randomOf(seed + from - 1);
    const made = await startConnected();
    const met: Met = {
      kinds: new Map(),
      steps: new Map(),
      carried: new Map(),
      left: new Map(),
      agreed: new Map(),
      rows: 0,
    };
    const deal = dealDifferences(random);
    for (let round = from; round <= to; round += 1) {
      await fillClass(made, round);
      await makeDifferences(made, { random, deal, round });
      await bothHandsAndCommand(made, random, met);
      // What was left, and new differences, by the page alone: by keyboard in one set, by mouse in the next.
      await makeDifferences(made, { random, deal, round: 1_000 + round });
      await throughThePage(made, random, met, round % 2 === 0);
    }
    expectFloors(met, to - from + 1);
  });
}

/** What sets held and what was done with it, so that they cannot pass by not testing. */
interface Met {
  readonly kinds: Tally;
  readonly steps: Tally;
  /** Answers to questions that were carried out, by question. */
  readonly carried: Tally;
  /** Why rows were left. */
  readonly left: Tally;
  /** Last questions before a list was carried out, by the hand that answered them. */
  readonly agreed: Tally;
  rows: number;
}

/** The open list on the page, with nothing decided. */
async function openList(made: ConnectedClass): Promise<Deciding> {
  const { app, classId } = made;
  const preview = new PreviewPage(app);
  await preview.open();
  const [plan] = (await app.call('plan.list', { classId })).items.filter(({ state }) => state === 'open');
  if (plan === undefined) throw new Error('no plan');
  const { planId } = plan;
  // Choices that were kept from the list before are choices too.
  await undoAll(made, preview, planId);
  return { app, preview, classId, planId, rows: await planRows(app, planId) };
}

/** Takes every choice back by key, one after the other; answers what the list comes to without any. */
async function undoAll(
  { app, classId }: ConnectedClass,
  preview: PreviewPage,
  planId: string,
): Promise<readonly RowResult[]> {
  await preview.grid.focus();
  for (;;) {
    const { canUndo, lastEntry } = await app.call('plan.show', { classId, planId });
    if (!canUndo) return resultsOf(await planRows(app, planId));
    await preview.undo();
    // One at a time: a key too many would take back what is decided next.
    await expect
      .poll(async () => (await app.call('plan.show', { classId, planId })).lastEntry, { intervals: [5, 10, 20, 50] })
      .toBeLessThan(lastEntry);
  }
}

/** One list: decided by keyboard, taken back, decided by mouse, taken back, and carried out by the command line with the same choices. */
async function bothHandsAndCommand(made: ConnectedClass, random: Random, met: Met): Promise<void> {
  const { app, database } = made;
  const deciding = await openList(made);
  const { preview, planId, rows } = deciding;
  const steps = stepsFor(rows, random, met);
  const untouched = resultsOf(rows);

  await takeSteps(deciding, steps, byKeyboard(app, preview, rows));
  const byKey = await planRows(app, planId);
  await expectNumbers(deciding, random);
  expect(await undoAll(made, preview, planId)).toEqual(untouched);
  await takeSteps(deciding, steps, byMouse(app, preview, rows, random));
  expect(resultsOf(await planRows(app, planId))).toEqual(resultsOf(byKey));
  expect(await undoAll(made, preview, planId)).toEqual(untouched);

  const { file, args } = asCommand(steps, rows, planId);
  const path = join(app.folder, 'resolve.json');
  writeFileSync(path, JSON.stringify(file));
  const command = ['sync', '--plan', planId, '--resolve', path, ...args, '--allow-mass-change'];
  const { code, stdout } = await startCommand(app.folder, database.config.password, command).ended;
  const told = JSON.parse(stdout) as Told;
  expect(told.left.map(leftOf).toSorted()).toEqual(
    byKey
      .filter(({ included }) => !included)
      .map(leftOf)
      .toSorted(),
  );
  expect(code).toBe(told.left.length === 0 ? 0 : 3);
  const details = await runOf(made, told.runId);
  const said = withKeysOf(announced(byKey, rows), details.rows);
  expectAsAnnounced(details, said);
  await expectOnBothSides(made, said);
  countCarried(met, byKey, steps);
}

/** A past run with all its rows. */
async function runOf({ app, classId }: ConnectedClass, runId: string) {
  return { ...(await app.call('run.show', { classId, runId })), rows: await allRunRows(app, { classId, runId }) };
}

interface Told {
  readonly runId: string;
  readonly left: readonly (Pick<RowResult, 'table' | 'key'> & { readonly reason: string })[];
}

function leftOf({
  table,
  key,
  ...why
}: {
  readonly table: string;
  readonly key: unknown;
  readonly reason?: string | null;
  readonly left?: string | null;
}): string {
  return `${table} ${JSON.stringify(key)} ${why.left ?? why.reason ?? ''}`;
}

/** One list, decided and carried out by keyboard alone or by mouse alone, with the page of the run it leads to. */
async function throughThePage(made: ConnectedClass, random: Random, met: Met, mouse: boolean): Promise<void> {
  const { app, classId } = made;
  const { page, t } = app;
  const deciding = await openList(made);
  const { preview, planId, rows } = deciding;
  const steps = stepsFor(rows, random, met);
  const hands: Hands = mouse ? byMouse(app, preview, rows, random) : byKeyboard(app, preview, rows);
  await takeSteps(deciding, steps, hands);
  const decided = await planRows(app, planId);
  await expectNumbers(deciding, random);
  await hands.run();
  const question = page.getByRole('dialog');
  await expect(question.or(preview.result)).toBeVisible();
  if (await question.isVisible()) {
    await hands.agree(t('sync:guard.go'));
    count(met.agreed, mouse ? 'mouse' : 'keyboard');
  }
  await expect(preview.result).toBeVisible();
  const [run] = (await app.call('run.list', { classId, connectionId: made.connectionId })).items;
  if (run === undefined) throw new Error('no run');
  const details = await runOf(made, run.runId);
  const said = announced(decided, rows);
  expectAsAnnounced(details, said);
  expect(details.left.map(leftOf).toSorted()).toEqual(
    decided
      .filter(({ included }) => !included)
      .map(leftOf)
      .toSorted(),
  );
  await expectOnBothSides(made, withKeysOf(said, details.rows));
  await expectResultPage(app, preview, details, said);
  countCarried(met, decided, steps);
}

/** Steps for a list, which are counted. */
function stepsFor(rows: readonly PlanRowItem[], random: Random, met: Met): readonly Step[] {
  met.rows += rows.length;
  for (const { kind, conflict, direction, table } of rows)
    count(met.kinds, conflict ?? (table === 'student' ? `${kind} ${direction}` : table));
  return randomSteps(rows, random, met);
}

/** Counts what of a list was carried out as it was answered, and what was left. */
function countCarried(met: Met, rows: readonly PlanRowItem[], steps: readonly Step[]): void {
  const draft = new Draft(rows);
  for (const step of steps) draft.take(step);
  for (const row of rows) {
    const word = row.included ? answerOf(row, draft.choice(row.ordinal)) : null;
    if (word !== null) count(met.carried, word);
    if (row.left !== null) count(met.left, row.left);
  }
}

/** What every set has to hold, and what its steps have to be; of several sets together more. */
function expectFloors({ kinds, steps, carried, left, agreed, rows }: Met, many: number): void {
  const seen = {
    rows,
    kinds: sorted(kinds),
    steps: sorted(steps),
    carried: sorted(carried),
    left: sorted(left),
    agreed: sorted(agreed),
  };
  if (sets > 1) console.log(JSON.stringify(seen));
  test.info().annotations.push({ type: 'met', description: JSON.stringify(seen) });
  const lists = many * 2;
  for (const kind of questions) expect(kinds.get(kind) ?? 0, kind).toBeGreaterThanOrEqual(lists);
  for (const step of always) expect(steps.get(step) ?? 0, step).toBeGreaterThan(0);
  expect(rows).toBeGreaterThanOrEqual(lists * 18);
  if (many < perClass) return;
  for (const step of inFive) expect(steps.get(step) ?? 0, step).toBeGreaterThan(0);
  for (const kind of changes) expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0);
  for (const answer of answers) expect(carried.get(answer) ?? 0, answer).toBeGreaterThan(0);
  for (const why of leaving) expect(left.get(why) ?? 0, why).toBeGreaterThan(0);
}

function sorted(tally: Tally): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...tally].filter(([word]) => !word.includes(':')).toSorted(([one], [other]) => one.localeCompare(other)),
  );
}

/** Questions every list asks. */
const questions = [
  'both-updated',
  'updated-here-deleted-there',
  'deleted-here-updated-there',
  'parent-deleted',
  'same-identity',
];
const always = [
  'choose local',
  'choose server',
  'choose merge',
  'choose typed',
  'choose both',
  'choose rename',
  'choose adopt',
  'later',
  'tick',
  'undo',
  'redo',
];
const inFive = [
  'reset',
  ...['local', 'server', 'merge-local', 'merge-server', 'both', 'newer', 'later', 'reset', 'tick'].map(
    (rule) => `many ${rule}`,
  ),
];
/** Answers that are carried out in every five, by question. */
const answers = Object.entries({
  'both-updated': ['local', 'server', 'merge', 'typed', 'both'],
  'updated-here-deleted-there': ['local', 'server'],
  'deleted-here-updated-there': ['local', 'server'],
  'parent-deleted': ['local', 'server'],
  'same-identity': ['server', 'rename', 'adopt'],
  integrity: ['local', 'server'],
}).flatMap(([question, ways]) => ways.map((way) => `${question} ${way}`));
const leaving = ['skipped', 'unticked', 'blocked'];
/** Changes that ask nothing, and records around students. */
const changes = [
  'add up',
  'add down',
  'update up',
  'update down',
  'update both',
  'delete up',
  'delete down',
  'integrity',
  'score_event',
  'score_void',
  'settlement',
  'student_tag',
  'group',
  'reason',
  'reward',
];
