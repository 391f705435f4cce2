import { chmod, lstat, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareSocketFolder } from './socket-folder.ts';

const self = { kind: 'self' } as const;
let home: string;
const outside: string[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tallybook-socket-'));
});

afterEach(async () => {
  for (const folder of [home, ...outside.splice(0)]) await rm(folder, { recursive: true, force: true });
});

describe('the folder of the socket', () => {
  beforeEach(({ skip }) => skip(process.platform === 'win32', 'the server has no socket there'));

  it('lies beside the data and is private', async () => {
    const folder = await prepareSocketFolder(self, home);
    expect(folder).toBe(join(home, 'run'));
    expect((await lstat(folder)).mode & 0o777).toBe(0o700);
  });

  it('is short, private and the same at the next start when the path of the data is long', async () => {
    const long = join(home, 'long-folder-name-'.repeat(6));
    const folder = await prepareSocketFolder(self, long);
    outside.push(folder);
    expect(folder.length).toBeLessThan(80);
    expect((await lstat(folder)).mode & 0o777).toBe(0o700);
    expect(await prepareSocketFolder(self, long)).toBe(folder);
  });

  it('is another one when somebody put a link or an open folder in its place', async () => {
    const long = join(home, 'another-long-folder-name-'.repeat(6));
    const wanted = await prepareSocketFolder(self, long);
    outside.push(wanted);
    await chmod(wanted, 0o777);
    const second = await prepareSocketFolder(self, long);
    outside.push(second);
    expect(second).not.toBe(wanted);
    await rm(wanted, { recursive: true });
    await mkdir(join(home, 'trap'), { mode: 0o700 });
    await symlink(join(home, 'trap'), wanted);
    const third = await prepareSocketFolder(self, long);
    outside.push(third);
    expect([wanted, join(home, 'trap')]).not.toContain(third);
    expect((await lstat(third)).isDirectory()).toBe(true);
  });
});
