import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { allRunRows } from '../../shared/contract/all-run-rows.ts';
import { startCommand } from '../support/command-line.ts';
import { randomOf } from '../simulation/random.ts';
import { allRows, decideAtRandom, makeConflicts, resultOf, type RowResult } from './support/conflict-set.ts';
import { decideByKeyboard, decideByMouse } from './support/decide-in-page.ts';
import { PreviewPage } from './support/preview-page.ts';
import { onlyConnection, syncBeside } from './support/shared-class.ts';
import { test } from './support/test.ts';
import type { App } from './support/app.ts';

/** How many sets of conflicts, and which is the first; more for a release. A run that was cut off goes on where it was. */
const sets = Number(process.env['TALLYBOOK_CONFLICT_SETS'] ?? 2);
const first = Number(process.env['TALLYBOOK_CONFLICT_FROM'] ?? 1);
const seed = Number(process.env['TALLYBOOK_SEED'] ?? 1);

/** So many sets follow each other in one class, with what was left undecided before; the next ones begin with a fresh class and a seed of their own. */
const perClass = 5;

for (let from = first - ((first - 1) % perClass); from <= sets; from += perClass) {
  const to = Math.min(sets, from + perClass - 1);
  test(`random sets of conflicts ${from} to ${to} come to the same by keyboard, by mouse and by command line (C1, C2, C3, C6; seed ${seed})`, async ({
    startConnected,
  }) => {
    test.setTimeout(60_000 + perClass * 180_000);
    const random = randomOf(seed + from - 1);
    const { app, database } = await startConnected();
    for (let round = from; round <= to; round += 1) {
      await fillClass(app, round);
      await makeConflicts(app, database, random, round);
      await playSet(app, random, database.config.password);
    }
  });
}

/** Sees to it that there are students enough whom both sides know. */
async function fillClass(app: App, round: number): Promise<void> {
  const { classId } = await onlyConnection(app);
  const { items } = await app.call('student.list', { classId });
  const students = Array.from({ length: 20 }, (_none, index) => ({ name: `Student ${round} ${index + 1}` }));
  if (items.length < 20) await app.call('student.add', { classId, students });
  await syncBeside(app);
}

/** One plan: decided by key, undone, decided by mouse, undone, and carried out by the command line. */
async function playSet(app: App, random: ReturnType<typeof randomOf>, password: string): Promise<void> {
  const preview = new PreviewPage(app);
  await preview.open();
  const { classId } = await onlyConnection(app);
  const [plan] = (await app.call('plan.list', { classId })).items.filter(({ state }) => state === 'open');
  if (plan === undefined) throw new Error('no plan');
  const { planId } = plan;
  const undoAll = async (): Promise<readonly RowResult[]> => {
    await preview.grid.focus();
    while ((await app.call('plan.show', { classId, planId })).canUndo) {
      const before = JSON.stringify(await resultOf(app, planId));
      await preview.undo();
      // One at a time: a key too many would take back what is decided next.
      await expect.poll(async () => JSON.stringify(await resultOf(app, planId))).not.toBe(before);
    }
    return await resultOf(app, planId);
  };
  // Choices that were kept from the list before are choices too.
  const untouched = await undoAll();
  const rows = await allRows(app, planId);
  const decisions = decideAtRandom(rows, random);

  await decideByKeyboard({ app, preview, rows, decisions });
  const byKeyboard = await resultOf(app, planId);
  expect(await undoAll()).toEqual(untouched);
  await decideByMouse({ app, preview, rows, decisions });
  expect(await resultOf(app, planId)).toEqual(byKeyboard);
  expect(await undoAll()).toEqual(untouched);

  const file = join(app.folder, 'resolve.json');
  writeFileSync(file, JSON.stringify({ planId, rows: decisions }));
  const args = ['sync', '--plan', planId, '--resolve', file, '--allow-mass-change'];
  const { code, stdout } = await startCommand(app.folder, password, args).ended;
  const told = JSON.parse(stdout) as Told;
  const left = byKeyboard.filter(({ included }) => !included);
  expect({ code, left: told.left.map(keyOf).toSorted() }).toEqual({
    code: left.length === 0 ? 0 : 3,
    left: left.map(keyOf).toSorted(),
  });
  await expectWritten(app, told.runId, byKeyboard);
}

interface Told {
  readonly runId: string;
  readonly left: readonly Pick<RowResult, 'table' | 'key'>[];
}

const keyOf = ({ table, key }: Pick<RowResult, 'table' | 'key'>): string => JSON.stringify([table, key]);

/** What the run wrote is what the page had shown, value for value. */
async function expectWritten(app: App, runId: string, shown: readonly RowResult[]): Promise<void> {
  const { classId } = await onlyConnection(app);
  const rows = await allRunRows(app, { classId, runId });
  const expected = new Map(shown.filter(({ included }) => included).map((row) => [keyOf(row), row.fields]));
  for (const row of rows) {
    const fields = expected.get(keyOf(row));
    expect(fields, `${row.label} was not announced`).toBeDefined();
    if (row.after === null) continue;
    for (const [name, value] of Object.entries(row.after))
      if (fields !== undefined && name in fields) expect([name, value]).toEqual([name, fields[name]]);
  }
  expect([...new Set(rows.map(keyOf))].toSorted()).toEqual([...expected.keys()].toSorted());
}
