import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import { openFileLog } from './file-log.ts';
import type { FileLog, FileLogOptions } from './file-log.ts';

const at = '2026-11-20T08:00:00.000Z';

function open(options: Partial<FileLogOptions> = {}): {
  readonly log: FileLog;
  readonly folder: string;
  lines(): unknown[];
} {
  const folder = options.folder ?? join(tempFolder(), 'logs');
  const log = openFileLog({ folder, name: 'engine', now: () => at, ...options });
  onTestFinished(() => log.close());
  const text = (): string => readFileSync(join(folder, 'engine.log'), 'utf8');
  return {
    log,
    folder,
    lines: () =>
      text()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
  };
}

test('a line is one JSON object with the facts that are allowed', () => {
  const { log, lines } = open();
  log.write('info', 'run-ended', { outcome: 'completed', left: 2, full: true, code: null });
  expect(lines()).toEqual([
    { at, level: 'info', event: 'run-ended', outcome: 'completed', left: 2, full: true, code: null },
  ]);
});

test('names, messages and unknown facts do not get into the log, its memory included', () => {
  const { log, folder } = open();
  log.write('error', 'failed', {
    name: '王芳',
    message: 'duplicate key (name)=(Li Wei)',
    code: 'Key (name)=(Li Wei)',
    table: '王芳',
  });
  const everything = readFileSync(join(folder, 'engine.log'), 'utf8') + JSON.stringify(log.recent.read(undefined, 10));
  expect(everything).not.toMatch(/王芳|Li Wei|duplicate/);
  expect(everything).toContain('"code":"…"');
});

test("the log is this user's alone", () => {
  const { log, folder } = open();
  log.write('info', 'engine.started');
  if (process.platform !== 'win32') expect(statSync(join(folder, 'engine.log')).mode & 0o777).toBe(0o600);
});

test('a file that is full is set aside, and the oldest goes', () => {
  const { log, folder } = open({ maxBytes: 300, keptFiles: 2 });
  for (let count = 0; count < 40; count += 1) log.write('info', 'tick', { count });
  expect(readdirSync(folder).toSorted()).toEqual(['engine.1.log', 'engine.2.log', 'engine.log']);
  for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(300);
  expect(readFileSync(join(folder, 'engine.log'), 'utf8')).toContain('"count":39');
});

test('the latest lines are read forward from a number', () => {
  const { log } = open({ keptLines: 5 });
  for (let count = 1; count <= 8; count += 1) log.write('info', 'tick', { count });
  const counts = (after: number | undefined, limit: number) =>
    log.recent.read(after, limit).map(({ data }) => data['count']);
  expect(counts(undefined, 2)).toEqual([7, 8]);
  expect(counts(undefined, 100)).toEqual([4, 5, 6, 7, 8]);
  const [first] = log.recent.read(undefined, 3);
  expect(counts(first?.seq, 1)).toEqual([7]);
});

test('a log that cannot be written does not stop the work', () => {
  const folder = join(tempFolder(), 'logs');
  writeFileSync(folder, 'a file where the folder should be');
  const log = openFileLog({ folder, name: 'engine', now: () => at });
  log.write('info', 'engine.started');
  expect(log.recent.read(undefined, 10)).toHaveLength(1);
  log.close();
});

test('a new start goes on behind the old lines', () => {
  const folder = join(tempFolder(), 'logs');
  mkdirSync(folder);
  const first = openFileLog({ folder, name: 'engine', now: () => at });
  first.write('info', 'first');
  first.close();
  const { log, lines } = open({ folder });
  log.write('info', 'second');
  expect(lines()).toHaveLength(2);
  expect(existsSync(join(folder, 'engine.1.log'))).toBe(false);
});
