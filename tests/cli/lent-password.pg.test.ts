import { expect, it, onTestFinished, vi } from 'vitest';
import type { Client } from '../../shared/contract/client.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { claimDataFolder } from '../../electron/engine/folder-claim.ts';
import { clientOf } from '../../electron/engine/host-client.ts';
import { killCommand, startCommand } from '../support/command-line.ts';
import { connectionTo } from '../support/device.ts';
import { fake, startFakeServer } from '../support/fake-postgres.ts';
import { sql } from '../support/sql.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testDatabase } from '../support/test-database.ts';

/** The app, as other programs of this computer see it. */
async function runningApp(): Promise<{ readonly client: Client; readonly folder: string }> {
  const folder = tempFolder();
  const claimed = await claimDataFolder(folder, 'browser');
  if (claimed.kind !== 'owned') throw new Error('taken');
  const engine = createEngine({ dataFolder: folder, version: '0.0.0-test', checkResults: true });
  onTestFinished(async () => {
    await engine.close();
    await claimed.claim.release();
  });
  claimed.claim.serve(engine);
  return { client: clientOf(engine), folder };
}

it('the password of a command’s environment serves that command in the running app, and is not kept there', async () => {
  const database = await testDatabase();
  const { client: app, folder } = await runningApp();
  await app.call('app.setDevice', { name: 'Room 301 PC' });
  const { id: classId } = await app.call('class.create', { name: '5B', students: ['Li W'] });
  const { password, ...connection } = connectionTo(database);
  const { id: connectionId } = await app.call('connection.add', { classId, connection });
  const told = await startCommand(folder, password ?? '', ['connection', 'init', 'school', '--yes']).ended;
  expect(told.code, told.stdout + told.stderr).toBe(0);
  const doctor = await startCommand(folder, password ?? '', ['doctor']).ended;
  expect(doctor.stdout).not.toContain('password-missing');
  await expect(app.call('sync.preview', { classId, connectionId })).rejects.toMatchObject({ code: 'password-missing' });
});

it('a run that needs the server only for the next list makes that one too with the password of the command’s environment', async () => {
  const database = await testDatabase();
  const { client: app, folder } = await runningApp();
  await app.call('app.setDevice', { name: 'Room 301 PC' });
  const { id: classId } = await app.call('class.create', { name: '5B', students: ['Li W'] });
  const { password, ...connection } = connectionTo(database);
  await app.call('connection.add', { classId, connection });
  const told = async (...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
    const { code, stdout, stderr } = await startCommand(folder, password ?? '', args).ended;
    expect(code, stdout + stderr).toBe(0);
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  };
  await told('connection', 'init', 'school', '--yes');
  await told('sync', '--now');
  for (const [mode, name] of [
    ['pull', 'Li Wei'],
    ['sync', 'Li Wen'],
  ] as const) {
    await sql(database.config, `UPDATE tallybook.student SET name = '${name}'`);
    const { planId } = await told('preview');
    const run = await told(mode, '--plan', String(planId));
    expect([run['outcome'], typeof run['nextPlanId']]).toEqual(['completed', 'string']);
    expect((await app.call('plan.show', { classId, planId: String(run['nextPlanId']) })).total).toBe(0);
  }
});

it('a command that is killed while the app uses its password leaves none behind', async () => {
  const loggingIn = Promise.withResolvers<void>();
  const server = await startFakeServer(async (talk) => {
    await talk.next();
    talk.send(fake.asksScram('SCRAM-SHA-256'));
    // Who has a password goes on; nobody is answered.
    if ((await talk.next()) !== null) loggingIn.resolve();
  });
  onTestFinished(async () => await server.close());
  const { client: app, folder } = await runningApp();
  await app.call('app.setDevice', { name: 'Room 301 PC' });
  const { id: classId } = await app.call('class.create', { name: '5B', students: ['Li W'] });
  const values = { host: '127.0.0.1', port: server.port, database: 'd', user: 'u', tls: 'disable' as const };
  const { id: connectionId } = await app.call('connection.add', {
    classId,
    connection: { name: 'school', mode: 'two-way', ...values },
  });
  const command = startCommand(folder, 'canary', ['preview']);
  await loggingIn.promise;
  await killCommand(command);
  await vi.waitFor(
    () =>
      expect(app.call('sync.preview', { classId, connectionId })).rejects.toMatchObject({ code: 'password-missing' }),
    { timeout: 40_000, interval: 100 },
  );
});
