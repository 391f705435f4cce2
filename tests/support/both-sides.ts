import Database from 'better-sqlite3';
import { join } from 'node:path';
import pg from 'pg';
import { textRows } from '../simulation/sim-server.ts';
import { differing, localSnapshot, serverSnapshot, type Snapshot } from '../simulation/snapshot.ts';
import type { TestDatabase } from './postgres.ts';

/** A look at both sides of a class that does not use the engine. */
export interface BothSides extends AsyncDisposable {
  /** What the file of a device holds. */
  local(folder: string): Snapshot;
  server(): Promise<Snapshot>;
  /** The first row in which a device and the server differ, as text; null when they hold the same. */
  difference(folder: string): Promise<string | null>;
}

/** Opens a connection of its own to the server. */
export async function lookAtBothSides(database: TestDatabase, classId: string): Promise<BothSides> {
  const client = new pg.Client({ ...database.config });
  client.on('error', () => undefined);
  await client.connect();
  const local = (folder: string): Snapshot => localRows(folder, classId);
  const server = async (): Promise<Snapshot> =>
    await serverSnapshot({ rows: async (sql, params) => await textRows(client, sql, params) }, classId);
  return {
    local,
    server,
    async difference(folder) {
      const [here, there] = [local(folder), await server()];
      const [first] = differing(here, there);
      if (first === undefined) return null;
      return `${first} is ${JSON.stringify(here.get(first) ?? null)} here and ${JSON.stringify(there.get(first) ?? null)} on the server`;
    },
    async [Symbol.asyncDispose]() {
      await client.end().catch(() => undefined);
    },
  };
}

/** What the file of a class holds in the folder of a device. */
export function localRows(folder: string, classId: string): Snapshot {
  const db = new Database(join(folder, 'classes', `${classId}.db`), { readonly: true });
  try {
    return localSnapshot(db);
  } finally {
    db.close();
  }
}
