import { expect, test } from 'vitest';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { heldEngine, planOf, rowOf, runOf, type HeldEngine } from './held-engine.ts';
import { previewOf, type PreviewStore } from './preview-store.ts';
import type { Decision } from './put-again.ts';

let made = 0;

const atFirst: Decision = { target: { ordinals: [0] }, choice: 'local' };
const named = (label: string, ordinal = 0, said: Partial<PlanRowItem> = {}): PlanRowItem =>
  rowOf(ordinal, { label, key: { id: `id of ${label}` }, ...said });

/** A preview with a list shown whose rows are read. */
async function withRows(rows: readonly PlanRowItem[]): Promise<{
  readonly engine: HeldEngine;
  readonly store: PreviewStore;
  /** Another program makes the list again, and the page learns of it. */
  readonly remade: (state?: 'stale' | 'used') => Promise<void>;
  /** What is found of the records in the list that took its place. */
  readonly finds: (rows: readonly (PlanRowItem | null)[]) => Promise<void>;
  /** What is said not to be taken: of what kind, and the records by name. */
  readonly untaken: () => readonly (readonly [string, ...string[]])[];
}> {
  made += 1;
  const classId = `class ${made}`;
  const engine = heldEngine(classId);
  const store = previewOf(classId, `connection to put again ${made}`);
  const shown = store.compare();
  (await engine.next('sync.preview')).answer(planOf('first', { undecided: rows.length }));
  await shown;
  store.rows.want(
    'first',
    0,
    rows.map(({ ordinal }) => ordinal),
  );
  (await engine.next('plan.rows')).answer({ items: [...rows] });
  await expect.poll(() => store.rows.get('first', 0)?.label).toBe(rows[0]?.label);
  return {
    engine,
    store,
    remade: async (state = 'stale') => {
      (await engine.next('plan.show')).answer(planOf('first', { state }));
      (await engine.next('plan.list')).answer({ items: [planOf('second', { undecided: 1 })] });
    },
    finds: async (found) => {
      (await engine.next('plan.places')).answer({ ordinals: found.map((row) => row?.ordinal ?? null) });
      const there = found.flatMap((row) => (row === null ? [] : [row]));
      if (there.length > 0) (await engine.next('plan.rows')).answer({ items: there });
    },
    untaken: () =>
      (store.use.getState().untaken ?? []).map(({ kind, rows: lost }) => [kind, ...lost.map(({ label }) => label)]),
  };
}

const after = (planId: string, rows: readonly PlanRowItem[] = []) => ({
  ...planOf(planId, { lastEntry: 1, canUndo: true }),
  rows: [...rows],
  decided: { decided: 1, left: 0 },
});

test('P5: a decision that comes too late for its list is put again on the list that took its place, by record', async () => {
  const { engine, store, remade, finds, untaken } = await withRows([named('Li Wei')]);
  const decided = store.decide(atFirst);
  (await engine.next('plan.decide')).refuse('plan-stale');
  await remade();
  await finds([named('Li Wei', 7)]);
  const again = await engine.next('plan.decide');
  expect(again.params).toMatchObject({ planId: 'second', target: { ordinals: [7] }, choice: 'local' });
  again.answer(after('second'));
  expect(await decided).toBe(true);
  expect(untaken()).toEqual([]);
  // What she decided can be taken back there, and she reads that it is another list.
  expect(store.use.getState()).toMatchObject({ plan: { planId: 'second', canUndo: true }, said: { kind: 'anew' } });
  expect(store.use.getState().refusal).toBeNull();
});

test('P5: a decision is said not to be taken, with the name of the record, where the list that took its place asks something else or does not have it', async () => {
  for (const found of [
    named('Li Wei', 3, { kind: 'update', conflict: null }),
    named('Li Wei', 3, {
      fields: [{ name: 'name', base: 'Li W', local: 'Li Wei', server: 'Li Wen 2', result: null, clash: true }],
    }),
    null,
  ]) {
    const { engine, store, remade, finds, untaken } = await withRows([named('Li Wei')]);
    const decided = store.decide(atFirst);
    (await engine.next('plan.decide')).refuse('plan-stale');
    await remade();
    await finds([found]);
    expect(await decided).toBe(false);
    expect(untaken()).toEqual([['decided', 'Li Wei']]);
    expect(store.use.getState()).toMatchObject({ plan: { planId: 'second' }, refusal: null, said: { kind: 'anew' } });
    expect(engine.called.filter((method) => method === 'plan.decide')).toHaveLength(1);
    store.dismiss('untaken');
    expect(untaken()).toEqual([]);
  }
});

test('P5: what was taken just before its list was made again is looked for in the new one, and put again or told where it is not there', async () => {
  const decidedRow = named('Li Wei', 0, { choice: 'local', included: true });
  for (const [found, expected] of [
    // It was kept: nothing more is done.
    [named('Li Wei', 2, { choice: 'local', included: true }), 'kept'],
    [named('Li Wei', 2), 'again'],
    [named('Li Wei', 2, { conflict: 'updated-here-deleted-there' }), 'told'],
  ] as const) {
    const { engine, store, remade, finds, untaken } = await withRows([named('Li Wei')]);
    const decided = store.decide(atFirst);
    const asked = await engine.next('plan.decide');
    engine.changed(['plans', 'students']);
    await remade();
    await expect.poll(() => store.use.getState().plan?.planId).toBe('second');
    asked.answer(after('first', [decidedRow]));
    await finds([found]);
    if (expected === 'again') {
      const again = await engine.next('plan.decide');
      expect(again.params).toMatchObject({ planId: 'second', target: { ordinals: [2] }, choice: 'local' });
      again.answer(after('second'));
    }
    expect(await decided, expected).toBe(expected !== 'told');
    expect(untaken(), expected).toEqual(expected === 'told' ? [['decided', 'Li Wei']] : []);
    expect(store.use.getState().plan?.planId).toBe('second');
  }
});

test('P5: of a decision about several records those are put again that ask the same, and the others are named', async () => {
  const { engine, store, remade, finds, untaken } = await withRows([
    named('Li Wei'),
    named('Chen Yu', 1),
    named('Wang', 2),
  ]);
  const decided = store.decide({ target: { ordinals: [0, 1, 2] }, rule: 'server' });
  (await engine.next('plan.decide')).refuse('plan-used');
  await remade('used');
  await finds([named('Li Wei', 5), null, named('Wang', 6, { conflict: 'same-identity' })]);
  const again = await engine.next('plan.decide');
  expect(again.params).toMatchObject({ planId: 'second', target: { ordinals: [5] }, rule: 'server' });
  again.answer(after('second'));
  expect(await decided).toBe(false);
  expect(untaken()).toEqual([['decided', 'Chen Yu', 'Wang']]);
});

test('P5: a decision about rows nobody has read, and a step back, are not guessed on another list, but said not to be taken', async () => {
  for (const [act, method, kind] of [
    [(store: PreviewStore) => store.decide({ target: { filter: {} }, rule: 'local' }), 'plan.decide', 'decided'],
    [(store: PreviewStore) => store.step('undo'), 'plan.undo', 'undo'],
    [(store: PreviewStore) => store.step('redo'), 'plan.redo', 'redo'],
  ] as const) {
    const { engine, store, remade, untaken } = await withRows([named('Li Wei')]);
    store.use.setState(({ plan }) => ({ plan: plan === null ? null : { ...plan, canUndo: true, canRedo: true } }));
    const acted = act(store);
    (await engine.next(method)).refuse('plan-stale');
    await remade();
    await acted;
    expect(untaken()).toEqual([[kind]]);
    expect(store.use.getState()).toMatchObject({ plan: { planId: 'second' }, refusal: null });
  }
});

test('P5: two decisions on their way are both put again, in their order, and a run that waited for them is not begun on a list that was not seen', async () => {
  const { engine, store, remade, finds } = await withRows([named('Li Wei'), named('Chen Yu', 1)]);
  const decided = [store.decide(atFirst), store.decide({ target: { ordinals: [1] }, choice: 'server' })];
  const ran = store.run('first', 'sync');
  (await engine.next('plan.decide')).refuse('plan-stale');
  await remade();
  await finds([named('Li Wei', 1)]);
  const first = await engine.next('plan.decide');
  expect(first.params).toMatchObject({ planId: 'second', target: { ordinals: [1] }, choice: 'local' });
  first.answer(after('second'));
  (await engine.next('plan.decide')).refuse('plan-stale');
  await finds([named('Chen Yu', 0)]);
  const second = await engine.next('plan.decide');
  expect(second.params).toMatchObject({ planId: 'second', target: { ordinals: [0] }, choice: 'server' });
  second.answer(after('second'));
  expect(await Promise.all(decided)).toEqual([true, true]);
  expect(await ran).toBe(false);
  expect(engine.called).not.toContain('sync.run');
});

test('P5: a list that takes a run back is not decided by what was meant for the ordinary one', async () => {
  const { engine, store, untaken } = await withRows([named('Li Wei')]);
  const decided = store.decide(atFirst);
  (await engine.next('plan.decide')).refuse('plan-stale');
  (await engine.next('plan.show')).answer(planOf('first', { state: 'stale' }));
  (await engine.next('plan.list')).answer({ items: [planOf('back', { purpose: 'undo', undoes: 'A' })] });
  expect(await decided).toBe(false);
  expect(untaken()).toEqual([['decided', 'Li Wei']]);
  expect(engine.called).not.toContain('plan.places');
});

test('P1: what is picked and not used yet goes along to the list that takes the place of this one, and what does not fit it is named', async () => {
  const [li, chen, wang] = [named('Li Wei'), named('Chen Yu', 1), named('Wang', 2)];
  const { engine, store, remade, finds, untaken } = await withRows([li, chen, wang]);
  const typed = { kind: 'fields', picks: { name: { typed: 'Li Weiwei' } } } as const;
  for (const row of [li, chen, wang]) store.half.keep(row, typed);
  engine.changed(['plans']);
  await remade();
  await finds([named('Li Wei', 9), null, named('Wang', 8, { choice: 'server' })]);
  await expect.poll(untaken).toEqual([['picked', 'Chen Yu', 'Wang']]);
  expect(store.half.of(named('Li Wei', 9))).toEqual(typed);
  expect(store.half.of(wang)).toBeNull();
});

test('P1: what was picked is forgotten with the decision that uses it, and not told of a list that follows its run', async () => {
  const [li, chen] = [named('Li Wei'), named('Chen Yu', 1)];
  const { engine, store, finds, untaken } = await withRows([li, chen]);
  for (const row of [li, chen]) store.half.keep(row, { kind: 'fields', picks: { name: 'local' } });
  const decided = store.decide(atFirst);
  (await engine.next('plan.decide')).answer(after('first'));
  await decided;
  expect(store.half.of(li)).toBeNull();
  expect(store.half.of(chen)).not.toBeNull();
  const ran = store.run('first', 'sync');
  (await engine.next('sync.run')).answer(runOf('first', { nextPlanId: 'second' }));
  (await engine.next('plan.show')).answer(planOf('second'));
  await ran;
  await finds([null]);
  await expect.poll(() => store.half.of(chen)).toBeNull();
  expect(untaken()).toEqual([]);
});

test('P1: what is picked is forgotten without a word where a decision about many has settled its question', async () => {
  const li = named('Li Wei');
  const { engine, store, remade, finds, untaken } = await withRows([li]);
  store.half.keep(li, { kind: 'fields', picks: { name: 'local' } });
  const decided = store.decide({ target: { filter: {} }, rule: 'server' });
  (await engine.next('plan.decide')).answer(after('first'));
  await decided;
  const settled = named('Li Wei', 0, { choice: 'server' });
  await finds([settled]);
  await expect.poll(() => store.half.of(li)).toBeNull();
  engine.changed(['plans']);
  await remade();
  await expect.poll(() => store.use.getState().plan?.planId).toBe('second');
  expect(engine.called.filter((method) => method === 'plan.places')).toHaveLength(1);
  expect(untaken()).toEqual([]);
});
