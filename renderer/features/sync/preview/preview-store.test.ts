import { expect, test, vi } from 'vitest';
import { heldEngine, planOf, runOf } from './held-engine.ts';
import { after, one, setUp, withList } from './held-preview.ts';
import { previewOf } from './preview-store.ts';

test('the list of the run that was to be taken back last is made, while another one is still being made', async () => {
  const { engine, store, planOfNow } = await withList();
  const a = store.undoRun('A');
  await engine.next('run.undo');
  const b = store.undoRun('B');
  const asked = await engine.next('run.undo');
  expect(asked.params.runId).toBe('B');
  expect(store.use.getState().work?.kind).toBe('undo');
  asked.answer(planOf('list of B', { purpose: 'undo', undoes: 'B' }));
  expect(await a).toBeNull();
  expect((await b)?.planId).toBe('list of B');
  expect(planOfNow()).toBe('list of B');
  expect(store.use.getState()).toMatchObject({ work: null, error: null });
});

test('an answer that comes although its list is not wanted any more is not shown', async () => {
  const { engine, store, planOfNow } = await withList();
  const a = store.undoRun('A');
  const first = await engine.next('run.undo');
  first.answer(planOf('list of A', { purpose: 'undo', undoes: 'A' }));
  const b = store.undoRun('B');
  (await engine.next('run.undo')).answer(planOf('list of B', { purpose: 'undo', undoes: 'B' }));
  expect(await a).toBeNull();
  expect((await b)?.planId).toBe('list of B');
  expect(planOfNow()).toBe('list of B');
});

for (const [wish, method] of [
  ['undoRun', 'run.undo'],
  ['replace', 'sync.previewReplace'],
] as const)
  test(`what is wished (${wish}) while both sides are compared takes the place of that`, async () => {
    const { engine, store, planOfNow } = await withList();
    const compared = store.compare();
    await engine.next('sync.preview');
    const wished = wish === 'replace' ? store.replace() : store.undoRun('A');
    expect(store.use.getState().work?.kind).toBe(wish === 'replace' ? 'replace' : 'undo');
    (await engine.next(method)).answer(planOf('wished'));
    await wished;
    expect(await compared).toBeNull();
    expect(planOfNow()).toBe('wished');
  });

test('what is wished while a run goes on waits for its end, of several wishes the last one is done, and how the run ended stays said', async () => {
  const { engine, store, planOfNow } = await withList();
  const ran = store.run('first', 'sync');
  const run = await engine.next('sync.run');
  const wishes = [store.undoRun('A'), store.compare(), store.undoRun('B')];
  expect(store.use.getState().work).toMatchObject({ kind: 'sync', cancelling: false });
  run.answer(runOf('first'));
  (await engine.next('plan.show')).answer(planOf('first', { state: 'used' }));
  expect(await ran).toBe(true);
  const asked = await engine.next('run.undo');
  expect(asked.params.runId).toBe('B');
  expect(store.use.getState().work?.kind).toBe('undo');
  asked.answer(planOf('list of B'));
  expect((await Promise.all(wishes)).map((plan) => plan?.planId)).toEqual([undefined, undefined, 'list of B']);
  expect(planOfNow()).toBe('list of B');
  expect(store.use.getState().result?.run.outcome).toBe('completed');
  expect(engine.called.filter((method) => method === 'run.undo')).toHaveLength(1);
});

test('whoever cancels a run wants nothing any more that waits for it', async () => {
  const { engine, store } = await withList();
  const ran = store.run('first', 'sync');
  await engine.next('sync.run');
  const waits = store.undoRun('A');
  store.cancel();
  expect(await ran).toBe(false);
  expect(await waits).toBeNull();
  expect(engine.called).not.toContain('run.undo');
  expect(store.use.getState().work).toBeNull();
  expect(store.use.getState().error?.code).toBe('cancelled');
});

test('P7: what was agreed to for one list carries out no other', async () => {
  const { engine, store, planOfNow } = await withList();
  const ran = store.run('first', 'sync');
  (await engine.next('sync.run')).refuse('guard-refused', { guard: 'mass-delete', table: 'student', count: 8 });
  expect(await ran).toBe(true);
  expect(store.use.getState().guard).toMatchObject({ planId: 'first', mode: 'sync' });
  // Somebody else compares: another list takes its place below the question.
  engine.changed(['plans']);
  (await engine.next('plan.show')).answer(planOf('first', { state: 'stale' }));
  (await engine.next('plan.list')).answer({ items: [planOf('second')] });
  await expect.poll(planOfNow).toBe('second');
  expect(store.use.getState().guard).toBeNull();
  expect(await store.run('first', 'sync', { allowMassChange: true })).toBe(false);
  expect(engine.called.filter((method) => method === 'sync.run')).toHaveLength(1);
});

test('P7: a question about a list is not open any more once something else is decided in it', async () => {
  const { engine, store } = await withList(planOf('first', { purpose: 'replace', runMode: 'pull' }));
  expect(await store.run('first', 'pull')).toBe(true);
  expect(store.use.getState().replaceAsked).toEqual({ planId: 'first', lastEntry: 0 });
  engine.changed(['plans']);
  (await engine.next('plan.show')).answer(planOf('first', { purpose: 'replace', runMode: 'pull', lastEntry: 1 }));
  await expect.poll(() => store.use.getState().replaceAsked).toBeNull();
  expect(engine.called).not.toContain('sync.run');
});

test('a run waits for the decision that is under way, and is not begun where that is refused', async () => {
  const { engine, store } = await withList();
  const decided = store.decide(one);
  const asked = await engine.next('plan.decide');
  const ran = store.run('first', 'sync');
  expect(store.use.getState().work?.kind).toBe('sync');
  expect(engine.called).not.toContain('sync.run');
  asked.answer(after(planOf('first', { lastEntry: 1, canUndo: true })));
  expect(await decided).toBe(true);
  (await engine.next('sync.run')).answer(runOf('first'));
  // What was said of the decision says nothing about the list that follows.
  expect(store.use.getState().said).toBeNull();
  (await engine.next('plan.show')).answer(planOf('next'));
  expect(await ran).toBe(true);

  const refused = store.decide(one);
  const other = await engine.next('plan.decide');
  const held = store.run('next', 'sync');
  other.refuse('resolve-invalid', { reason: 'not-in-plan' });
  expect([await refused, await held]).toEqual([false, false]);
  expect(engine.called.filter((method) => method === 'sync.run')).toHaveLength(1);
  expect(store.use.getState()).toMatchObject({ work: null, refusal: { code: 'resolve-invalid' } });
});

test('P5: a list is made afresh only after what was decided before, which it keeps', async () => {
  const { engine, store } = await withList();
  const decided = store.decide(one);
  const asked = await engine.next('plan.decide');
  const compared = store.compare();
  expect(engine.called.filter((method) => method === 'sync.preview')).toHaveLength(1);
  asked.answer(after(planOf('first', { lastEntry: 1 })));
  await decided;
  (await engine.next('sync.preview')).answer(planOf('second'));
  expect((await compared)?.planId).toBe('second');
});

test('a late answer does not bring the list back that was shown before it', async () => {
  const { engine, store, planOfNow } = await withList();
  const decided = store.decide(one);
  const asked = await engine.next('plan.decide');
  engine.changed(['plans', 'students']);
  (await engine.next('plan.show')).answer(planOf('first', { state: 'stale' }));
  (await engine.next('plan.list')).answer({ items: [planOf('second')] });
  await expect.poll(planOfNow).toBe('second');
  asked.answer(after(planOf('first', { lastEntry: 1 })));
  expect(await decided).toBe(true);
  expect(planOfNow()).toBe('second');
});

test('a decision is about the list it was made on, also where another one is shown when its turn comes', async () => {
  const { engine, store, planOfNow } = await withList();
  const decided = [store.decide(one), store.decide({ target: { ordinals: [1] }, choice: 'server' })];
  const first = await engine.next('plan.decide');
  engine.changed(['plans', 'students']);
  (await engine.next('plan.show')).answer(planOf('first', { state: 'stale' }));
  (await engine.next('plan.list')).answer({ items: [planOf('second')] });
  await expect.poll(planOfNow).toBe('second');
  first.refuse('plan-stale');
  const second = await engine.next('plan.decide');
  expect(second.params.planId).toBe('first');
  second.refuse('plan-stale');
  expect(await Promise.all(decided)).toEqual([false, false]);
});

test('C6: the first decision can be taken back while it is still being taken, and nothing before it where it is refused', async () => {
  const { engine, store } = await withList();
  expect(store.canStep('undo')).toBe(false);
  const decided = store.decide(one);
  expect(store.canStep('undo')).toBe(true);
  const undone = store.step('undo');
  (await engine.next('plan.decide')).answer(after(planOf('first', { lastEntry: 1, canUndo: true })));
  await decided;
  (await engine.next('plan.undo')).answer({ ...planOf('first', { canRedo: true }), rows: [] });
  await undone;
  expect(store.use.getState().said).toEqual({ kind: 'undone' });

  const refused = store.decide(one);
  const nothing = store.step('undo');
  (await engine.next('plan.decide')).refuse('resolve-invalid');
  await Promise.all([refused, nothing]);
  expect(engine.called.filter((method) => method === 'plan.undo')).toHaveLength(1);
  expect(store.use.getState().refusal?.code).toBe('resolve-invalid');
});

test('what is decided while no list is there holds nothing up afterwards', async () => {
  const { engine, store } = setUp();
  expect(await store.decide(one)).toBe(false);
  expect(store.canStep('undo')).toBe(false);
  const shown = store.compare();
  (await engine.next('sync.preview')).answer(planOf('first'));
  await shown;
  // The plan alone changed: read again, because no decision of this page is under way.
  engine.changed(['plans']);
  (await engine.next('plan.show')).answer(planOf('first', { undecided: 3 }));
  await expect.poll(() => store.use.getState().plan?.undecided).toBe(3);
});

test('what could not be made is made once more by a refresh as long as that is said, and not later', async () => {
  const { engine, store } = await withList();
  for (const again of [true, false]) {
    const replaced = store.replace();
    (await engine.next('sync.previewReplace')).refuse('timeout');
    await replaced;
    if (!again) store.dismiss('error');
    const refreshed = store.refresh();
    (await engine.next(again ? 'sync.previewReplace' : 'sync.preview')).answer(planOf('first'));
    expect((await refreshed)?.planId).toBe('first');
  }
});

test('P9: going to the list from a card keeps a list that takes a run back and was worked on, and compares where an ordinary one is', async () => {
  const { engine, store, planOfNow } = await withList(
    planOf('back', { purpose: 'undo', undoes: 'A', runMode: 'sync', canUndo: true }),
  );
  await store.renew();
  expect(planOfNow()).toBe('back');
  // One that nothing was said about is left behind.
  store.use.setState({ plan: planOf('looked at', { purpose: 'undo', undoes: 'A', runMode: 'sync' }) });
  const compared = store.renew();
  (await engine.next('sync.preview')).answer(planOf('ordinary'));
  await compared;
  expect(planOfNow()).toBe('ordinary');
  const renewed = store.renew();
  (await engine.next('sync.preview')).answer(planOf('afresh'));
  await renewed;
  expect(planOfNow()).toBe('afresh');
});

test('P1: after a reload the list from before is shown at no moment where a new one was wished', async () => {
  const engine = heldEngine('class');
  const store = previewOf('class', 'after a reload');
  const seen = new Set<string | undefined>();
  store.use.subscribe(({ plan }) => seen.add(plan?.planId));
  // The card goes to the page, and the page opens what there is.
  const renewed = store.renew();
  const opened = store.open();
  (await engine.next('plan.list')).answer({ items: [planOf('before', { total: 0 })] });
  (await engine.next('sync.preview')).answer(planOf('afresh'));
  await Promise.all([renewed, opened]);
  expect(store.use.getState().plan?.planId).toBe('afresh');
  expect([...seen].filter((id) => id !== undefined)).toEqual(['afresh']);
});

test('R2: a lost answer is asked about again after asking itself has failed', async () => {
  const { engine, store } = await withList();
  const ran = store.run('first', 'sync');
  (await engine.next('sync.run')).answer(runOf('first', { outcome: 'checking' }));
  (await engine.next('plan.show')).answer(planOf('first', { state: 'used' }));
  await ran;
  engine.changed(['runs']);
  (await engine.next('run.list')).refuse('timeout');
  engine.changed(['runs']);
  const asked = await engine.next('run.list');
  const { runId, counts } = runOf('first');
  const run = { runId, counts, outcome: 'completed' as const, connectionId: 'c', connection: '', device: '' };
  const known = { mode: 'sync', startedAt: '', durationMs: 1, decided: 0, purpose: 'sync', undoes: null } as const;
  asked.answer({ items: [{ ...run, ...known, search: '', automatic: false }], total: 1 });
  await expect.poll(() => store.use.getState().result).toMatchObject({ foundOut: true, run: { outcome: 'completed' } });
});

/** A list that was carried out, with the result before somebody's eyes and the list that follows. */
async function withResult() {
  const made = await withList(planOf('first', { total: 1 }));
  const { engine, store } = made;
  const ran = store.run('first', 'sync');
  (await engine.next('sync.run')).answer(runOf('first', { nextPlanId: 'second' }));
  (await engine.next('plan.show')).answer(planOf('second'));
  await ran;
  return made;
}

test('a result is told to whoever comes back soon, to the list that followed the run, and not again after minutes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const { store } = await withResult();
    vi.advanceTimersByTime(3_600_000);
    await store.open();
    expect(store.use.getState().result, 'nobody has seen it yet').not.toBeNull();
    store.seeResult();
    vi.advanceTimersByTime(60_000);
    store.seeResult();
    await store.open();
    expect(store.use.getState().result, 'soon').not.toBeNull();
    vi.advanceTimersByTime(150_000);
    await store.open();
    expect(store.use.getState().result, 'later').toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

test('a result that was seen is not told above another list than the one that followed its run', async () => {
  const { engine, store, planOfNow } = await withResult();
  store.seeResult();
  // Keeping in sync compared once more.
  engine.changed(['plans']);
  (await engine.next('plan.show')).answer(planOf('second', { state: 'stale' }));
  (await engine.next('plan.list')).answer({ items: [planOf('third')] });
  await expect.poll(planOfNow).toBe('third');
  expect(store.use.getState().result).not.toBeNull();
  await store.open();
  expect(store.use.getState().result).toBeNull();
});

test('C6: the counts of the list that is shown come along with a decision, and are of that list as it stands then, and of no other', async () => {
  const { engine, store } = await withList();
  const filter = { kinds: ['conflict' as const] };
  const counts = {
    tally: { total: 3, ticked: 2, tickable: 2, conflicts: 3, undecided: 1, sections: [] },
    asking: [2],
  };
  store.counts.count(filter);
  const decided = store.decide(one);
  const asked = await engine.next('plan.decide');
  expect(asked.params.counted).toEqual(filter);
  asked.answer({ ...after(planOf('first', { lastEntry: 1 })), counts });
  await decided;
  const { version } = store.use.getState();
  const shown = { planId: 'first', version, filter };
  expect(store.counts.of(shown)).toBe(counts);
  expect(store.counts.of({ ...shown, filter: {} })).toBeNull();
  expect(store.counts.of({ ...shown, planId: 'second' })).toBeNull();

  // Something else changes the list: they are asked for again.
  engine.changed(['plans']);
  (await engine.next('plan.show')).answer(planOf('first', { lastEntry: 2 }));
  await expect.poll(() => store.use.getState().version).toBe(version + 1);
  expect(store.counts.of({ ...shown, version: version + 1 })).toBeNull();

  // Nobody shows a list any more: nothing is counted for it.
  store.counts.count(null);
  const other = store.decide(one);
  const last = await engine.next('plan.decide');
  expect(last.params).not.toHaveProperty('counted');
  last.answer(after(planOf('first', { lastEntry: 3 })));
  await other;
});
