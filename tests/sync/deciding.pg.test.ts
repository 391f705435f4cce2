import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Params, Result } from '../../shared/contract/contract.ts';
import { bulkRule, type PlanRowItem } from '../../shared/contract/sync.ts';
import { shuffled } from '../simulation/dealer.ts';
import { pick, randomOf, type Random } from '../simulation/random.ts';
import { firstUpload, joinClass, startDevice, type Book } from '../support/device.ts';
import { movedClock, type MovedClock } from '../support/moved-clock.ts';
import { expectSame } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';

interface Scene extends AsyncDisposable {
  readonly a: Book;
  readonly b: Book;
  readonly clock: MovedClock;
}

const names = Array.from({ length: 14 }, (_none, index) => `Student ${index + 1}`);

/** Two devices that hold the same; the clocks of the second can be moved. */
async function scene(): Promise<Scene> {
  const database = await testDatabase();
  const clock = movedClock();
  const deviceA = await startDevice('Room 301 PC');
  const deviceB = await startDevice('Office PC', undefined, undefined, clock);
  const a = await firstUpload(deviceA, database, names);
  const b = await joinClass(deviceB, database);
  return {
    a,
    b,
    clock,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([deviceA, deviceB].map(async (device) => await device[Symbol.asyncDispose]()));
    },
  };
}

async function rename(book: Book, name: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: { name: to } });
}

async function change(book: Book, name: string, values: Params<'student.set'>['change']): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: values });
}

/** Conflicts of every kind a class can have, and changes that ask nothing, waiting for a plan of `b`. */
async function tangle({ a, b }: Scene): Promise<void> {
  for (const name of names.slice(0, 4)) {
    await rename(a, name, `${name} there`);
    await change(a, `${name} there`, { note: 'from there' });
    await rename(b, name, `${name} here`);
  }
  await a.call('student.delete', { ids: [(await a.student('Student 5')).id] });
  await rename(b, 'Student 5', 'Student 5 here');
  await rename(a, 'Student 6', 'Student 6 there');
  await b.call('student.delete', { ids: [(await b.student('Student 6')).id] });
  await a.call('student.delete', { ids: [(await a.student('Student 7')).id] });
  await b.award('Student 7', 2);
  await a.call('student.add', { students: [{ name: 'New there', number: '30' }] });
  await b.call('student.add', { students: [{ name: 'New here', number: '30' }] });
  await b.award('New here', 1);
  await rename(b, 'Student 8', 'Student 8 here');
  await rename(a, 'Student 9', 'Student 9 there');
  await b.award('Student 10', 3);
  // What is counted in a round waits for the round and for the points.
  await b.call('settlement.close', { name: 'Round 1' });
  await a.award('Student 11', 4);
  await a.sync();
}

interface Standing {
  readonly rows: readonly Pick<PlanRowItem, 'included' | 'choice'>[];
}

/** All that a plan says with its draft: the counts, and of every row what becomes of it. */
async function standing(book: Book, planId: string): Promise<string> {
  const { undecided, ready } = await book.call('plan.show', { planId });
  const rows = (await book.rows(planId)).map(
    ({ ordinal, choice, included, left, blockedBy, direction, fields, makes }) => ({
      ordinal,
      choice,
      included,
      left,
      blockedBy,
      direction,
      results: fields.map((field) => field.result),
      // A copy of "keep both" has another key each time somebody decides so.
      makes: makes.map(({ table, key, values, direction: way }) => ({
        table,
        way,
        values: choice === 'both' ? Object.entries(values).filter(([name]) => !(name in key)) : values,
      })),
    }),
  );
  return JSON.stringify({ undecided, ready, rows }, null, 1);
}

type Decision = Omit<Params<'plan.decide'>, 'classId' | 'planId'>;

/** An answer to one question, of all the panel offers: sides field by field, typed texts, both, another number, one record out of two. */
function anyAnswer(next: Random, { ordinal, conflict, fields }: PlanRowItem): Decision {
  const target = { ordinals: [ordinal] };
  const clashing = fields.filter(({ clash }) => clash).map(({ name }) => name);
  if (conflict === 'same-identity') {
    const choice = pick(next, ['server', 'adopt', 'rename', 'skip'] as const) ?? 'server';
    if (choice !== 'rename') return { target, choice };
    return { target, choice, fields: Object.fromEntries(clashing.map((name) => [name, { value: `5${next(9_000)}` }])) };
  }
  if (conflict !== 'both-updated')
    return { target, choice: pick(next, ['local', 'server', 'skip'] as const) ?? 'local' };
  const choice = pick(next, ['local', 'server', 'merge', 'merge', 'both', 'skip'] as const) ?? 'local';
  if (choice !== 'merge') return { target, choice };
  const picks = clashing.map((name) => {
    const side = pick(next, ['local', 'server', 'typed'] as const) ?? 'local';
    return [name, side === 'typed' ? { value: `Typed ${next(9_000)}` } : side] as const;
  });
  return { target, choice, fields: Object.fromEntries(picks) };
}

/** Anything a person can say about a list, sensible or not. */
function anyDecision(next: Random, rows: readonly PlanRowItem[]): Decision {
  const some = rows.filter(() => next(4) === 0).map(({ ordinal }) => ordinal);
  const kinds = ['add', 'update', 'delete', 'conflict'] as const;
  const target = pick(next, [
    { ordinals: some },
    { filter: {} },
    { filter: { kinds: [pick(next, kinds) ?? 'add'] } },
    { filter: { unresolved: true } },
  ]) ?? { filter: {} };
  const what = next(6);
  const asking = pick(
    next,
    rows.filter(({ kind }) => kind === 'conflict'),
  );
  if (what >= 4 && asking !== undefined) return anyAnswer(next, asking);
  if (what === 0) return { target, include: pick(next, [true, false, 'toggle'] as const) ?? true };
  if (what === 1) return { target, choice: pick(next, ['local', 'server', 'skip', null] as const) ?? null };
  return { target, rule: pick(next, bulkRule.options) ?? 'reset' };
}

describe('deciding', () => {
  it('many conflicts by one rule is one entry that says how many it left (C5)', async () => {
    await using held = await scene();
    const { a, b } = held;
    await tangle(held);
    const { planId, undecided } = await b.preview();
    const before = await standing(b, planId);
    expect(undecided).toBe(8);
    const target = { filter: { unresolved: true } };
    const merged = await b.call('plan.decide', { planId, target, rule: 'merge-local' });
    // Four names; what was deleted on one side has no fields to merge, and two students with one number neither.
    expect(merged).toMatchObject({ undecided: 4, decided: { decided: 4, left: 4 }, canUndo: true });
    const one = (await b.rows(planId)).find(({ label }) => label === 'Student 1 here');
    const results = Object.fromEntries((one?.fields ?? []).map(({ name, result }) => [name, result]));
    expect(results).toMatchObject({ name: 'Student 1 here', note: 'from there' });
    const server = await b.call('plan.decide', { planId, target, rule: 'server' });
    expect(server).toMatchObject({ undecided: 0, decided: { decided: 4, left: 0 } });
    // What is decided is not touched by a rule for what is not.
    expect((await b.rows(planId)).filter(({ choice }) => choice === 'merge')).toHaveLength(4);
    expect(await b.call('plan.undo', { planId })).toMatchObject({ undecided: 4, canUndo: true, canRedo: true });
    expect(await b.call('plan.undo', { planId })).toMatchObject({ undecided: 8, canUndo: false, canRedo: true });
    expect(await standing(b, planId)).toBe(before);
    await b.call('plan.redo', { planId });
    expect(await b.call('plan.redo', { planId })).toMatchObject({ undecided: 0, canRedo: false });
    expect((await b.run('sync', planId, { allowMassChange: true })).outcome).toBe('completed');
    for (const book of [a, b]) await book.sync({ allowMassChange: true });
    await expectSame(a, b);
  });

  it('"newer wins" decides only what the clocks can tell, and says what it left (C5)', async () => {
    await using held = await scene();
    const { a, b, clock } = held;
    await rename(b, 'Student 1', 'One here');
    clock.boot();
    await rename(a, 'Student 2', 'Two there');
    // Nobody else touched it: whose name is newer says nothing about it.
    await a.call('student.set', { id: (await a.student('Two there')).id, change: { note: 'sits in front' } });
    await a.sync();
    await b.preview();
    await rename(b, 'Student 2', 'Two here');
    await rename(a, 'Student 1', 'One there');
    await a.call('student.delete', { ids: [(await a.student('Student 3')).id] });
    await a.sync();
    await rename(b, 'Student 3', 'Three here');
    const { planId } = await b.preview();
    const asked = await b.call('plan.decide', { planId, target: { filter: {} }, rule: 'newer' });
    expect(asked).toMatchObject({ undecided: 2, decided: { decided: 1, left: 2 } });
    const byLabel = Object.fromEntries((await b.rows(planId)).map(({ label, choice }) => [label, choice]));
    expect(byLabel).toEqual({ 'One here': null, 'Two here': 'merge', 'Three here': null });
    // The rule of the command line comes to the same.
    await b.call('plan.undo', { planId });
    const run = await b.run('sync', planId, { conflicts: 'newer' });
    expect(run.left.map(({ label }) => label).toSorted()).toEqual(['One here', 'Three here']);
    expect(await b.student('Two here')).toMatchObject({ name: 'Two here', note: 'sits in front' });
  });

  it('a field both sides changed, of which the newer one counts, says so; one that only one side changed does not (C2)', async () => {
    await using held = await scene();
    const { a, b } = held;
    await change(a, 'Student 1', { note: 'there' });
    await change(a, 'Student 2', { note: 'only there' });
    await a.sync();
    await b.preview();
    await change(b, 'Student 1', { note: 'here' });
    const { planId } = await b.preview();
    const told = (await b.rows(planId)).map(({ label, kind, direction, fields }) => ({
      label,
      kind,
      direction,
      newer: fields.filter(({ newer }) => newer === true).map(({ name, result }) => [name, result]),
    }));
    expect(told).toEqual([
      { label: 'Student 1', kind: 'update', direction: 'up', newer: [['note', 'here']] },
      { label: 'Student 2', kind: 'update', direction: 'down', newer: [] },
    ]);
  });

  it('goes over to the next list with its entries whole (C6)', async () => {
    await using held = await scene();
    const { a, b } = held;
    await tangle(held);
    const { planId } = await b.preview();
    await b.call('plan.decide', { planId, target: { filter: {} }, rule: 'merge-server' });
    const before = await b.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, rule: 'later' });
    await a.award('Student 12', 1);
    await a.sync();
    const next = await b.preview();
    expect(next).toMatchObject({ undecided: before.undecided, canUndo: true });
    expect(await b.call('plan.undo', { planId: next.planId })).toMatchObject({ undecided: 4 });
    expect(await b.call('plan.undo', { planId: next.planId })).toMatchObject({ undecided: 8, canUndo: false });
  });
});

describe('a list with conflicts of every kind', () => {
  let held: Scene & { readonly planId: string };
  beforeAll(async () => {
    const made = await scene();
    await tangle(made);
    held = { ...made, planId: (await made.b.preview()).planId };
  }, 60_000);
  afterAll(async () => await held[Symbol.asyncDispose]());

  it('a tick for all leaves rows without a decision as they are: deciding one takes it in (C6)', async () => {
    const { b, planId } = held;
    const { ready } = await b.call('plan.show', { planId });
    const none = await b.call('plan.decide', { planId, target: { filter: {} }, include: false });
    expect(none.ready.sync).toBe(0);
    const one = (await b.rows(planId)).find(({ conflict }) => conflict === 'both-updated');
    const target = { ordinals: [one?.ordinal ?? -1] };
    expect(await b.call('plan.decide', { planId, target, choice: 'local' })).toMatchObject({ ready: { sync: 1 } });
    await b.call('plan.decide', { planId, target: { filter: {} }, rule: 'reset' });
    expect(await b.call('plan.show', { planId })).toMatchObject({ ready });
    while ((await b.call('plan.undo', { planId })).canUndo);
  });

  it('brings the rows that are shown as each thing said leaves them, and as its undo and redo do (C6)', async () => {
    const { b, planId } = held;
    const rows = await b.rows(planId);
    const shown = rows.map(({ ordinal }) => ordinal);
    const seed = Math.floor(Math.random() * 2 ** 31);
    const next = randomOf(seed);
    for (let step = 0; step < 10; step += 1) {
      const decision = anyDecision(next, rows);
      const about = `seed ${seed}, step ${step}: ${JSON.stringify(decision)}`;
      const decided = await b.call('plan.decide', { planId, shown, ...decision }).catch(() => null);
      if (decided === null) continue;
      expect(decided.rows, about).toEqual(await b.rows(planId));
      if (!decided.canUndo) continue;
      const back = await b.call('plan.undo', { planId, shown: shown.slice(0, 3) });
      expect(back.rows, about).toEqual((await b.rows(planId)).slice(0, 3));
      const again = await b.call('plan.redo', { planId, shown });
      expect(again.rows, about).toEqual(decided.rows);
    }
    expect((await b.call('plan.decide', { planId, target: { filter: {} }, rule: 'reset' })).rows).toEqual([]);
    while ((await b.call('plan.undo', { planId })).canUndo);
  });

  it('brings the counts of the list that is shown, and what of it still asks, as each thing said leaves them (C5, C6)', async () => {
    const { b, planId } = held;
    const rows = await b.rows(planId);
    const filters: readonly NonNullable<Params<'plan.undo'>['counted']>[] = [
      {},
      { kinds: ['conflict'] },
      { tables: ['student'], search: 'a' },
      { unresolved: true },
      { kinds: ['conflict'], unresolved: false },
      { chosen: ['skip', 'local'] },
    ];
    const seed = Math.floor(Math.random() * 2 ** 31);
    const next = randomOf(seed);
    const counted = async (filter: (typeof filters)[number], about: string) => {
      const shown = new Set((await b.call('plan.index', { planId, filter })).ordinals);
      const { ordinals } = await b.call('plan.index', { planId, filter: { unresolved: true } });
      const asking = ordinals.filter((ordinal) => shown.has(ordinal)).toSorted((one, other) => one - other);
      return { about, tally: await b.call('plan.tally', { planId, filter }), asking };
    };
    const brought = ({ counts }: Pick<Result<'plan.undo'>, 'counts'>, about: string) => ({
      about,
      ...counts,
      asking: counts?.asking.toSorted((one, other) => one - other),
    });
    for (let step = 0; step < 18; step += 1) {
      const filter = filters[step % filters.length] ?? {};
      const decision = anyDecision(next, rows);
      const about = `seed ${seed}, step ${step}: ${JSON.stringify({ decision, filter })}`;
      const decided = await b.call('plan.decide', { planId, counted: filter, ...decision }).catch(() => null);
      if (decided === null) continue;
      expect(brought(decided, about)).toEqual(await counted(filter, about));
      if (!decided.canUndo) continue;
      const back = await b.call('plan.undo', { planId, counted: filter });
      expect(brought(back, about)).toEqual(await counted(filter, about));
      const again = await b.call('plan.redo', { planId, counted: filter });
      expect(brought(again, about)).toEqual(brought(decided, about));
    }
    expect((await b.call('plan.decide', { planId, target: { filter: {} }, rule: 'reset' })).counts).toBeUndefined();
    while ((await b.call('plan.undo', { planId })).canUndo);
  });

  it('any number of things said, undone to the start, leaves the list untouched; redone, as it was (C6)', async () => {
    const { b, planId } = held;
    const rows = await b.rows(planId);
    const untouched = await standing(b, planId);
    const seed = Math.floor(Math.random() * 2 ** 31);
    const next = randomOf(seed);
    for (let round = 0; round < 12; round += 1) {
      const said: unknown[] = [];
      for (let step = 0; step < 6; step += 1) {
        const decision = anyDecision(next, rows);
        said.push(decision);
        // One row alone is refused what does not fit it; then nothing is said.
        await b.call('plan.decide', { planId, ...decision }).catch(() => null);
      }
      const about = `seed ${seed}, round ${round}: ${JSON.stringify(said)}`;
      const after = await standing(b, planId);
      let steps = 0;
      for (; (await b.call('plan.show', { planId })).canUndo; steps += 1) await b.call('plan.undo', { planId });
      expect(steps, about).toBeLessThanOrEqual(6);
      expect(await standing(b, planId), about).toBe(untouched);
      for (; steps > 0; steps -= 1) await b.call('plan.redo', { planId });
      expect(await standing(b, planId), about).toBe(after);
      while ((await b.call('plan.undo', { planId })).canUndo);
    }
  });

  it('the order in which choices are made, and rows left out, never changes what comes of them (C3)', async () => {
    const { b, planId } = held;
    const rows = await b.rows(planId);
    const asking = rows.filter(({ kind }) => kind === 'conflict');
    const seed = Math.floor(Math.random() * 2 ** 31);
    const next = randomOf(seed);
    const met = new Set<string>();
    const untouched = await standing(b, planId);
    // Every way to answer goes into a run that way, or this would prove little.
    const all = ['adopt', 'both', 'local', 'merge', 'rename', 'server'];
    for (let round = 0; round < 20 || (met.size < all.length && round < 200); round += 1) {
      const said = [
        ...asking.map((row) => anyAnswer(next, row)),
        ...rows.filter(() => next(4) === 0).map(({ ordinal }) => ({ target: { ordinals: [ordinal] }, include: false })),
      ];
      const outcomes: string[] = [];
      for (const order of [said, said.toReversed(), shuffled(next, said)]) {
        for (const decision of order) await b.call('plan.decide', { planId, ...decision });
        outcomes.push(await standing(b, planId));
        while ((await b.call('plan.undo', { planId })).canUndo);
        expect(await standing(b, planId)).toBe(untouched);
      }
      const [one, ...others] = outcomes;
      for (const other of others) expect(other, `seed ${seed}, round ${round}: ${JSON.stringify(said)}`).toBe(one);
      for (const { included, choice } of (JSON.parse(one ?? '') as Standing).rows)
        if (included && choice !== null) met.add(choice);
    }
    expect([...met].toSorted()).toEqual(all);
  });
});
