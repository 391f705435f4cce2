import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf } from '../../../electron/engine/host-client.ts';
import { startEngine } from '../../../electron/engine/start-engine.ts';
import { classFileOf } from '../../../electron/store/class-files.ts';
import { openClassStore, type ClassStore } from '../../../electron/store/class-store.ts';
import { addEvents } from '../../../electron/store/score-event.ts';
import type { Client } from '../../../shared/contract/client.ts';
import { connectionTo } from '../../support/device.ts';
import type { TestDatabase } from '../../support/postgres.ts';

/** A device whose engine runs in its thread, as in the app, on a folder of its own. */
export interface BenchDevice extends AsyncDisposable {
  readonly folder: string;
  readonly client: Client;
}

/** Starts a device on a new folder, or on one that is there. */
export async function startBenchDevice(
  name: string,
  folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-')),
): Promise<BenchDevice> {
  const engine = await startEngine({
    dataFolder: folder,
    version: '0.0.0-bench',
    checkResults: false,
    log: { write: () => undefined },
  });
  const client = clientOf(engine);
  await client.call('app.setDevice', { name });
  return {
    folder,
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The sample class on a device. */
export async function sampleClass({ client }: BenchDevice): Promise<string> {
  return (await client.call('class.create', { name: '5B', sample: true })).id;
}

/** A folder with the sample class and so many points more, for a device that starts later. */
export async function folderWithPoints(points: number): Promise<{ readonly folder: string; readonly classId: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-'));
  const engine = await startEngine({
    dataFolder: folder,
    version: '0.0.0-bench',
    checkResults: false,
    log: { write: () => undefined },
  });
  const client = clientOf(engine);
  await client.call('app.setDevice', { name: 'A' });
  const { id: classId } = await client.call('class.create', { name: '5B', sample: true });
  client.close();
  await engine.close();
  const store = openClassStore(classFileOf(folder, classId), { classId });
  addPoints(store, points);
  store.close();
  return { folder, classId };
}

function addPoints(store: ClassStore, points: number): void {
  const ids = (sql: string): string[] => (store.db.prepare(sql).all() as { id: string }[]).map(({ id }) => id);
  const studentIds = ids('SELECT id FROM student WHERE deleted_at IS NULL');
  const reasons = ids('SELECT id FROM reason WHERE deleted_at IS NULL');
  const stamp = {
    at: new Date().toISOString(),
    by: null,
    deviceId: '0190a000-0000-7000-8000-000000000000',
    deviceName: 'A',
  };
  store.transaction(() => {
    for (let done = 0; done < points; done += studentIds.length) {
      const reasonId = reasons[(done / studentIds.length) % reasons.length] ?? '';
      addEvents(store, { studentIds: studentIds.slice(0, points - done), award: { reasonId } }, stamp);
    }
  });
}

/** Connects a class to a server and sets the server up. */
export async function connectClass({ client }: BenchDevice, classId: string, database: TestDatabase): Promise<string> {
  const connection = await client.call('connection.add', { classId, connection: connectionTo(database) });
  await client.call('connection.init', { classId, connectionId: connection.id, consent: true });
  return connection.id;
}

/** Any student of a class. */
export async function anyStudent({ client }: BenchDevice, classId: string): Promise<string> {
  const [student] = (await client.call('student.list', { classId })).items;
  if (student === undefined) throw new Error('a class without students');
  return student.id;
}
