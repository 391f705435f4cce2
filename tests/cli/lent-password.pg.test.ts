import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../electron/engine/engine.ts';
import { claimDataFolder } from '../../electron/engine/folder-claim.ts';
import { clientOf } from '../../electron/engine/host-client.ts';
import { startCommand } from '../support/command-line.ts';
import { connectionTo } from '../support/device.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testDatabase } from '../support/test-database.ts';

it('the password of a command’s environment serves that command in the running app, and is not kept there', async () => {
  const database = await testDatabase();
  const folder = tempFolder();
  const claimed = await claimDataFolder(folder, 'browser');
  if (claimed.kind !== 'owned') throw new Error('taken');
  const engine = createEngine({ dataFolder: folder, version: '0.0.0-test', checkResults: true });
  onTestFinished(async () => {
    await engine.close();
    await claimed.claim.release();
  });
  claimed.claim.serve(engine);
  const app = clientOf(engine);
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
