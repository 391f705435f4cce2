import { beforeEach, expect, test } from 'vitest';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { heldEngine, planOf, runOf, type HeldEngine } from '../features/sync/preview/held-engine.ts';
import { previewOf } from '../features/sync/preview/preview-store.ts';
import { useClose } from './close-store.ts';

let made = 0;

beforeEach(() => useClose.setState({ step: { kind: 'open' } }));

/** A connection on which 12 changes of this PC wait. */
function setUp(): { readonly engine: HeldEngine; readonly connection: ConnectionItem } {
  made += 1;
  const pending = { up: 12, down: 0, both: 0, conflicts: 0, left: 0, blocked: 0 };
  const connection = { id: `closing ${made}`, classId: 'class', mode: 'two-way', pending };
  return { engine: heldEngine('class'), connection: connection as unknown as ConnectionItem };
}

test('P10: what goes on already is waited for, and only a list made after it says that all is sent', async () => {
  const at = setUp();
  const { engine, connection } = at;
  const store = previewOf('class', connection.id);
  const shown = store.compare();
  (await engine.next('sync.preview')).answer(planOf('old', { total: 0 }));
  await shown;
  // A run of the page goes on when "Sync and close" is pressed.
  store.use.setState({ plan: planOf('old') });
  const ran = store.run('old', 'sync');
  const run = await engine.next('sync.run');
  const closed = useClose.getState().syncAndClose();
  (await engine.next('connection.list')).answer({ items: [connection] });
  run.answer(runOf('old', { nextPlanId: 'empty' }));
  (await engine.next('plan.show')).answer(planOf('empty', { total: 0 }));
  await ran;
  (await engine.next('sync.preview')).answer(planOf('new'));
  const last = await engine.next('sync.run');
  expect(last.params.planId).toBe('new');
  expect(engine.called).not.toContain('app.quit');
  last.answer(runOf('new'));
  (await engine.next('plan.show')).answer(planOf('new', { state: 'used' }));
  (await engine.next('app.quit')).answer({ done: true });
  await closed;
});

test('P10: a comparison that goes on already is not taken for the one that was asked for', async () => {
  const at = setUp();
  const { engine, connection } = at;
  const store = previewOf('class', connection.id);
  const compared = store.compare();
  await engine.next('sync.preview');
  const closed = useClose.getState().syncAndClose();
  (await engine.next('connection.list')).answer({ items: [connection] });
  (await engine.next('plan.list')).answer({ items: [] });
  (await engine.next('sync.preview')).answer(planOf('asked for'));
  expect(await compared).toBeNull();
  const run = await engine.next('sync.run');
  expect(run.params.planId).toBe('asked for');
  run.answer(runOf('asked for', { outcome: 'checking', error: { code: 'checking', params: {} } }));
  (await engine.next('plan.show')).answer(planOf('asked for', { state: 'used' }));
  await closed;
  // Nothing that could be decided on a page: said as what it is.
  expect(useClose.getState().step).toMatchObject({ kind: 'failed', error: { code: 'checking' } });
  expect(engine.called).not.toContain('app.quit');
});

test('P10: a list that was overtaken is made again before the app closes', async () => {
  const at = setUp();
  const { engine } = at;
  const closed = useClose.getState().syncAndClose();
  (await engine.next('connection.list')).answer({ items: [at.connection] });
  (await engine.next('plan.list')).answer({ items: [] });
  for (const outcome of ['stale', 'completed'] as const) {
    (await engine.next('sync.preview')).answer(planOf(outcome));
    (await engine.next('sync.run')).answer(runOf(outcome, { outcome }));
    (await engine.next('plan.show')).answer(planOf(outcome, { state: 'used' }));
  }
  (await engine.next('app.quit')).answer({ done: true });
  await closed;
});

test.each(['engine-closed', 'answer-lost'] as const)(
  'an app that is gone before it answers (%s) is closed, as it was asked to be',
  async (code) => {
    const { engine } = setUp();
    const closed = useClose.getState().closeAnyway();
    (await engine.next('app.quit')).refuse(code);
    await closed;
    expect(useClose.getState().step).toEqual({ kind: 'ended' });
  },
);
