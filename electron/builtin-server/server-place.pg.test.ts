import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { otherAccount, prepareBuiltinServers } from '../../tests/support/builtin-servers.ts';
import type { BuiltinServers } from '../../tests/support/builtin-servers.ts';
import { sql } from '../../tests/support/sql.ts';
import { shippedPostgresFolder } from './postgres-files.ts';
import { isProcessAlive } from './postmaster.ts';

const isRoot = process.getuid?.() === 0;
const onPosix = process.platform !== 'win32';
/** Whether another account can enter the folder for temporary files, and also read this checkout; a root's own may be closed. */
const tmpIsOpen = isRoot && canBeUsedByOthers(tmpdir());
const checkoutIsOpen = tmpIsOpen && canBeUsedByOthers(import.meta.dirname);

let servers: BuiltinServers;

beforeEach(async () => {
  servers = await prepareBuiltinServers();
});

afterEach(async () => {
  await servers.end();
});

function canBeUsedByOthers(folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...otherAccount, cwd: '/' }).status === 0;
}

describe('where it lives', () => {
  it('works in a folder whose path has spaces, quotes and Chinese characters', async () => {
    const info = await servers
      .build({ folder: join(servers.base, "数据 资料/Class 5B's data, \\ $HOME", 'server') })
      .start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
  });

  it('works in a folder whose path is longer than a socket may have, with a private socket folder', async ({
    skip,
  }) => {
    skip(!onPosix, 'sockets and their folders are a matter of other systems');
    const server = servers.build({ folder: join(servers.base, 'long-folder-name-'.repeat(6), '积分册', 'server') });
    const info = await server.start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    const socketDir = info.socketDir ?? '';
    expect(socketDir.startsWith(servers.base)).toBe(false);
    expect((await lstat(socketDir)).mode & 0o777).toBe(0o700);
    await server.stop();
    await expect(lstat(socketDir)).rejects.toThrow('ENOENT');
  });

  it('runs as root below a folder that nobody else may enter', async ({ skip }) => {
    skip(!isRoot, 'only root can do this');
    await chmod(servers.base, 0o700);
    const info = await servers.build().start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    expect((await stat(join(servers.base, 'server', 'pgdata'))).uid).toBe(0);
  });

  it('runs as root without user namespaces, as another account in the same folder', async ({ skip }) => {
    skip(
      !tmpIsOpen,
      'only root can act as another account, where that account may enter the folder for temporary files',
    );
    await chmod(servers.base, 0o755);
    const server = servers.build({ namespaces: false, sharedRoot: join(servers.base, 'shared') });
    const info = await server.start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    expect((await stat(join(servers.base, 'server', 'pgdata'))).uid).toBe(otherAccount.uid);
    await server.stop();
    // From then on it stays with that account, whatever the system offers.
    const again = await servers.build({ sharedRoot: join(servers.base, 'shared') }).start();
    expect(await sql(again.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
  });

  it('runs as root without user namespaces when neither programs nor folder can be reached', async ({ skip }) => {
    skip(
      !tmpIsOpen,
      'only root can act as another account, where that account may enter the folder for temporary files',
    );
    await chmod(servers.base, 0o755);
    const closed = join(servers.base, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const packageFolder = join(closed, 'package');
    await cp(shippedPostgresFolder(), packageFolder, { recursive: true, verbatimSymlinks: true });
    const options = { folder: join(closed, 'server'), packageFolder, sharedRoot: join(servers.base, 'shared') };
    const server = servers.build({ ...options, namespaces: false });
    const info = await server.start();
    expect(await sql(info.owner, 'SELECT current_user')).toEqual([['tallybook_owner']]);
    await sql(info.owner, 'CREATE TABLE note (text text)');
    await server.stop();
    const again = await servers.build(options).start();
    expect(await sql(again.owner, 'SELECT count(*) FROM note')).toEqual([['0']]);
    expect(await server.status()).toMatchObject({ state: 'running', pid: again.pid });
  });

  it('runs as an ordinary user, who needs no right on the programs but to run them', async ({ skip }) => {
    skip(!checkoutIsOpen, 'only root can act as another account, where that account may enter this folder');
    await chown(servers.base, otherAccount.uid, otherAccount.gid);
    const { app, report } = await servers.startApp(otherAccount);
    expect(report).toMatchObject({ user: 'tallybook_owner', uid: otherAccount.uid });
    app.stdin?.end();
    await once(app, 'exit');
    expect(isProcessAlive(report.pid)).toBe(false);
  });

  it('finds its libraries when the links of the package are missing and cannot be made there', async ({ skip }) => {
    skip(!(isRoot ? checkoutIsOpen : onPosix), 'another account may not enter this folder');
    const packageFolder = join(servers.base, 'package');
    const isNoLink = async (path: string): Promise<boolean> => !(await lstat(path)).isSymbolicLink();
    await cp(shippedPostgresFolder(), packageFolder, { recursive: true, filter: isNoLink });
    await chmod(join(packageFolder, 'native', 'lib'), 0o555);
    await chmod(servers.base, 0o755);
    await mkdir(join(servers.base, 'server'));
    if (isRoot) await chown(join(servers.base, 'server'), otherAccount.uid, otherAccount.gid);
    const { app, report } = await servers.startApp(isRoot ? otherAccount : undefined, packageFolder);
    expect(report).toMatchObject({ user: 'tallybook_owner' });
    expect((await readdir(join(packageFolder, 'native', 'lib'))).filter((name) => name === 'libpq.so.5')).toEqual([]);
    await chmod(join(packageFolder, 'native', 'lib'), 0o755);
    app.stdin?.end();
    await once(app, 'exit');
  });
});
