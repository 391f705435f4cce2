import { expect, test } from 'vitest';
import { planOf, runOf } from './held-engine.ts';
import { after, one, withList } from './held-preview.ts';

test('R2: trying again after a run that failed carries the same list out in the same way; after more was decided it makes the list anew, to be looked at', async () => {
  const { engine, store } = await withList();
  const ran = store.run('first', 'apply', { allowMassChange: true });
  (await engine.next('sync.run')).refuse('connection-dropped');
  await ran;
  const again = store.retry();
  const asked = await engine.next('sync.run');
  expect(asked.params).toMatchObject({ planId: 'first', mode: 'apply', allowMassChange: true });
  asked.refuse('connection-dropped');
  await again;
  const decided = store.decide(one);
  (await engine.next('plan.decide')).answer(after(planOf('first', { lastEntry: 1 })));
  await decided;
  expect(store.use.getState().error, 'why it failed is still said').not.toBeNull();
  const looked = store.retry();
  (await engine.next('sync.preview')).answer(planOf('second'));
  await looked;
  expect(engine.called.filter((method) => method === 'sync.run')).toHaveLength(2);
});

test('R2: trying again where both sides could not be compared compares them, also after a run that had failed before', async () => {
  const { engine, store, planOfNow } = await withList();
  const ran = store.run('first', 'sync');
  (await engine.next('sync.run')).refuse('connection-dropped');
  await ran;
  const compared = store.compare();
  (await engine.next('sync.preview')).refuse('connection-dropped');
  await compared;
  const again = store.retry();
  (await engine.next('sync.preview')).answer(planOf('second'));
  await again;
  expect(planOfNow()).toBe('second');
});

test('R2: Cancel that comes when all is carried out is told to be too late, and the next list is made as it would have been', async () => {
  const { engine, store, planOfNow } = await withList(planOf('first'), 'sync.run');
  const ran = store.run('first', 'sync');
  const run = await engine.next('sync.run');
  store.cancel();
  run.answer(runOf('first'));
  (await engine.next('plan.show')).answer(planOf('first', { state: 'used' }));
  await ran;
  expect(store.use.getState().work).toMatchObject({ kind: 'compare', cancelling: false });
  (await engine.next('sync.preview')).answer(planOf('second'));
  await expect.poll(planOfNow).toBe('second');
  expect(store.use.getState().result).toMatchObject({ tooLate: true, run: { outcome: 'completed' } });
});

for (const code of ['plan-tampered', 'plan-other-device'] as const)
  test(`R2: trying again after a list that can never be carried out (${code}) makes another one`, async () => {
    const { engine, store, planOfNow } = await withList();
    const ran = store.run('first', 'sync');
    (await engine.next('sync.run')).refuse(code);
    await ran;
    const again = store.retry();
    (await engine.next('sync.preview')).answer(planOf('second'));
    await again;
    expect(planOfNow()).toBe('second');
  });
