import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { isImpatience } from './stop-signal.ts';

test('only a Ctrl+C well after an earlier signal is impatience; the first one is not, also where the program is ending already', () => {
  expect(isImpatience('SIGINT', null, 60_000)).toBe(false);
  expect(isImpatience('SIGINT', 60_000, 61_000)).toBe(false);
  expect(isImpatience('SIGINT', 60_000, 63_000)).toBe(true);
  expect(isImpatience('SIGTERM', 60_000, 63_000)).toBe(false);
});

const program = fileURLToPath(new URL('../../tests/support/impatient-program.ts', import.meta.url));

/** Milliseconds an impatient person waits for a program whose thread is in a long statement of SQLite, and how it ended; `null` where it goes on for five seconds. */
async function impatience(how: 'shell' | 'exit') {
  const child = spawn(process.execPath, [program, how], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  await wait(2_100);
  const since = performance.now();
  child.kill('SIGINT');
  const end = await Promise.race([ended, wait(5_000, null, { ref: false })]);
  return { ms: performance.now() - since, signal: end === null ? null : end[1] };
}

test.skipIf(process.platform === 'win32')(
  'a later Ctrl+C ends a program whose thread is in a statement of SQLite within two seconds, and says so to whoever started it',
  async () => {
    const { ms, signal } = await impatience('shell');
    expect(signal).toBe('SIGINT');
    expect(ms).toBeLessThan(2_000);
  },
);

test.skipIf(process.platform === 'win32')('leaving it in good order would wait for the statement', async () => {
  expect((await impatience('exit')).signal).toBeNull();
});
