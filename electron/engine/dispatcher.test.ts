import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import type { MethodName } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { allHandlers } from './all-handlers.ts';
import type { CallContext, EngineContext, Handlers } from './context.ts';
import { createDispatcher } from './dispatcher.ts';
import { openFileLog } from './file-log.ts';
import type { LogEntry } from './log.ts';

/** A dispatcher whose `class.list` does what a test says; the others are the app's own. */
function setUp(list: Handlers<MethodName>['class.list'], checkResults = true) {
  const folder = tempFolder();
  const log = openFileLog({ folder, name: 'engine', now: () => '2026-11-20T08:00:00.000Z' });
  onTestFinished(() => log.close());
  // Only the log and the gate of the context are used on this way.
  const gate: Pick<EngineContext['gate'], 'admit'> = { admit: () => () => undefined };
  const context = { log, gate } as unknown as EngineContext;
  const dispatcher = createDispatcher({ context, handlers: { ...allHandlers, 'class.list': list }, checkResults });
  const abort = new AbortController();
  const call: CallContext = { signal: abort.signal, progress: () => undefined };
  const logText = (): string =>
    existsSync(join(folder, 'engine.log')) ? readFileSync(join(folder, 'engine.log'), 'utf8') : '';
  return {
    dispatch: (params: unknown = {}) => dispatcher.dispatch('class.list', params, call),
    abort,
    logText,
    entries: (): readonly LogEntry[] => log.recent.read(undefined, 10),
  };
}

test('an error nobody expected leaves as unexpected, and only its place is logged', async () => {
  const { dispatch, entries, logText } = setUp(() => {
    throw new TypeError('cannot read Li Wei of 王芳');
  });
  await expect(dispatch()).rejects.toMatchObject({ code: 'unexpected', params: {} });
  expect(entries()).toMatchObject([
    { level: 'error', event: 'call.unexpected', data: { method: 'class.list', error: 'TypeError' } },
  ]);
  expect(entries()[0]?.data['stack']).toMatch(/dispatcher\.test\.ts:\d+/);
  expect(logText()).not.toMatch(/Li Wei|王芳/);
  expect(logText()).not.toContain(import.meta.dirname);
});

test('an error of the app leaves as it is and is no news for the log', async () => {
  const { dispatch, entries } = setUp(() => {
    throw new AppError('not-found', { what: 'class' });
  });
  await expect(dispatch()).rejects.toMatchObject({ code: 'not-found', params: { what: 'class' } });
  expect(entries()).toEqual([]);
});

test('an abort in the words of the platform is cancelled once it was asked for', async () => {
  const { dispatch, abort } = setUp((_context, _params, { signal }) => {
    abort.abort();
    signal.throwIfAborted();
    return { items: [] };
  });
  await expect(dispatch()).rejects.toMatchObject({ code: 'cancelled' });
});

test('an abort nobody asked for is unexpected', async () => {
  const { dispatch } = setUp(() => {
    throw new DOMException('aborted', 'AbortError');
  });
  await expect(dispatch()).rejects.toMatchObject({ code: 'unexpected' });
});

test('a result that breaks the contract fails where results are checked', async () => {
  const wrong = (() => ({ items: [{ id: 'no id' }] })) as unknown as Handlers<MethodName>['class.list'];
  const checked = setUp(wrong);
  await expect(checked.dispatch()).rejects.toMatchObject({ code: 'unexpected' });
  expect(checked.entries()).toMatchObject([{ data: { path: 'items.0.id' } }]);
  await expect(setUp(wrong, false).dispatch()).resolves.toEqual({ items: [{ id: 'no id' }] });
});

test('calls that wait do not hold up others', async () => {
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  let count = 0;
  const { dispatch } = setUp(async () => {
    count += 1;
    const mine = count;
    if (mine === 1) await gate.promise;
    order.push(`call ${mine}`);
    return { items: [] };
  });
  const first = dispatch();
  await dispatch();
  gate.resolve();
  await first;
  expect(order).toEqual(['call 2', 'call 1']);
});
