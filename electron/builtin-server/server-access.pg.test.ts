import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminSql, prepareBuiltinServers } from '../../tests/support/builtin-servers.ts';
import type { BuiltinServers } from '../../tests/support/builtin-servers.ts';
import { sql } from '../../tests/support/sql.ts';
import { createJoinRole, dropJoinRole } from './join-role.ts';
import type { ServerInfo } from './server-start.ts';

const onPosix = process.platform !== 'win32';

describe('who gets in', () => {
  let servers: BuiltinServers;
  let info: ServerInfo;

  beforeAll(async () => {
    servers = await prepareBuiltinServers();
    info = await servers.build().start();
  });

  afterAll(async () => {
    await servers.end();
  });

  it('lets a join role in over TLS with its secret, refuses a wrong one, and the superuser altogether', async () => {
    const { role, secret } = await createJoinRole(adminSql(info));
    const guest = {
      host: info.host,
      port: info.port,
      database: info.database,
      user: role,
      password: secret,
      tls: 'require',
    } as const;
    expect(await sql(guest, 'SELECT current_user')).toEqual([[role]]);
    expect(await sql(guest, 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([['TLSv1.3']]);
    await expect(sql({ ...guest, password: 'wrong' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(sql({ ...guest, tls: 'disable' }, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
    await expect(sql({ ...guest, database: 'postgres' }, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
    await expect(sql({ ...guest, user: info.admin.user }, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
    await expect(sql(guest, 'CREATE TABLE note (text text)')).rejects.toMatchObject({ code: '42501' });
    const [[stored] = []] = await sql(info.admin, `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`);
    expect(stored).toMatch(/^SCRAM-SHA-256\$/);
  });

  it('shows the certificate whose fingerprint it announces', async () => {
    const socket = connectTls({
      host: info.host,
      port: info.port,
      rejectUnauthorized: false,
      ALPNProtocols: ['postgresql'],
    });
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().fingerprint256).toBe(info.fingerprint);
    expect(socket.getProtocol()).toBe('TLSv1.3');
    socket.destroy();
  });

  it('takes a join role away again with all its rights', async () => {
    const admin = adminSql(info);
    const { role, secret } = await createJoinRole(admin);
    await sql(info.owner, `CREATE TABLE note (text text)`);
    await sql(info.owner, `GRANT SELECT ON note TO ${role}`);
    const guest = { ...info.owner, host: info.host, user: role, password: secret, tls: 'require' } as const;
    await dropJoinRole(admin, role);
    await dropJoinRole(admin, role);
    await expect(sql(guest, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(dropJoinRole(admin, 'tallybook_owner')).rejects.toThrow('not a join role');
  });

  it('keeps its folders and keys closed to other accounts', async ({ skip }) => {
    skip(!onPosix, 'this system has no file modes');
    const closed = [
      join(servers.base, 'server', 'pgdata'),
      info.socketDir ?? '',
      join(servers.base, 'server', 'pgdata', 'server.key'),
    ];
    for (const path of closed) expect((await stat(path)).mode & 0o077, path).toBe(0);
  });

  it('writes no text of a failed statement and no secret into its log', async () => {
    const { role, secret } = await createJoinRole(adminSql(info));
    const guest = { ...info.owner, host: info.host, user: role, password: secret, tls: 'require' } as const;
    await expect(sql(guest, "SELECT 'Li Wei'::int")).rejects.toMatchObject({ code: '22P02' });
    const log = await readFile(join(servers.base, 'server', 'server.log'), 'utf8');
    expect(log).not.toContain('Li Wei');
    expect(log).not.toContain(secret);
  });
});
