/**
 * Moves all rows of a class into the tables they lie in at last, in a process of its own, so that what it holds is not taken for the app's memory. Prints what it took
 * as one JSON document: `node promised-rows.ts <class file> <class id>`, with the login to a fresh database on standard input, as JSON.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { copyLine, copyRows } from '../../../electron/remote/copy-text.ts';
import { rowDecoder } from '../../../electron/remote/decode-row.ts';
import { migrate } from '../../../electron/remote/migrations/migrate.ts';
import { readingSettings } from '../../../electron/remote/reading-settings.ts';
import { contentAsText, inSchema } from '../../../electron/remote/row-sql.ts';
import { eachRow, insertRow } from '../../../electron/store/catalog-rows.ts';
import { createClassStore, openClassStore } from '../../../electron/store/class-store.ts';
import { peerFor, writingFor } from '../../../electron/store/sync/peer-store.ts';
import { contentColumns, syncedTables, type CatalogTable } from '../../../shared/catalog/catalog.ts';
import { classroomCatalog as catalog } from '../../../shared/catalog/classroom.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import { openSession } from '../../support/managed-database.ts';
import type { TestDatabase } from '../../support/postgres.ts';

/**
 * What the same rows take where they have to lie in the end, in milliseconds: with keys, foreign keys, indexes, and triggers that tell other devices of them, in one
 * transaction that is on the disk. Nothing is compared, proved, listed, or kept for taking it back. No program that fills these tables can take less.
 */
export interface PromisedTimes {
  /** COPY of all rows of a class into the server's own tables. */
  readonly copyIn: number;
  /** COPY of all rows of a class out of them, and their insertion into a class file. */
  readonly copyOut: number;
  readonly rows: number;
}

interface TableLines {
  readonly table: CatalogTable;
  readonly lines: readonly string[];
}

/** Moves all rows of a class file into a fresh database with the tables of a server, and out of it into a fresh file. Throws when they did not all arrive. */
async function movePromised(
  config: TestDatabase['config'],
  { file, classId }: { readonly file: string; readonly classId: string },
): Promise<PromisedTimes> {
  const session = await openSession({ config, database: config.database, url: '' });
  await migrate(session, { catalog, grantTo: [] });
  await session.query(`INSERT INTO ${inSchema(catalog, 'class')} (id, name) VALUES ($1, 'floor')`, [classId]);
  await session.close();
  const tables = linesOf(file, classId);
  const rows = tables.reduce((sum, { lines }) => sum + lines.length, 0);
  const client = new pg.Client(config);
  await client.connect();
  try {
    const copyIn = await clock(async () => await copyAll(client, tables));
    const copyOut = await clock(async () => await insertAll(client, classId, rows));
    return { copyIn, copyOut, rows };
  } finally {
    await client.end();
  }
}

async function clock(work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** The rows of a class file as lines of COPY, with the class in front, parents before children. */
function linesOf(file: string, classId: string): readonly TableLines[] {
  const store = openClassStore(file, { classId });
  try {
    return syncedTables(catalog).map((table) => ({
      table,
      lines: Array.from(eachRow(store, table), ({ row }) =>
        copyLine([classId, ...contentColumns(table).map(({ name }) => row[name] ?? null)]),
      ),
    }));
  } finally {
    store.close();
  }
}

async function copyAll(client: pg.Client, tables: readonly TableLines[]): Promise<void> {
  await client.query('BEGIN; SET LOCAL synchronous_commit = on');
  for (const { table, lines } of tables) {
    if (lines.length === 0) continue;
    const columns = [catalog.scopeColumn, ...contentColumns(table).map(({ name }) => name)].map(quoteIdentifier);
    const into = copyFrom(`COPY ${inSchema(catalog, table.name)} (${columns.join(', ')}) FROM STDIN`);
    await pipeline(Readable.from(pieces(lines)), client.query(into));
  }
  await client.query('SET CONSTRAINTS ALL IMMEDIATE; COMMIT');
}

/** Pieces as large as those the plainest way is measured with. */
function* pieces(lines: readonly string[]): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** As a device that joins: its triggers mark nothing for the server the rows came from. */
async function insertAll(client: pg.Client, classId: string, expected: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-promised-'));
  const info = { id: classId, name: 'floor', sample: false, createdAt: '2026-09-01T08:00:00.000Z' };
  const store = createClassStore(join(folder, 'class.db'), info);
  try {
    const identity = { system: 'floor', databaseOid: '1', schema: catalog.schema, scope: classId };
    const peer = peerFor(store, { ...identity, epoch: randomUUID(), timeline: null, owner: randomUUID() });
    await client.query(`BEGIN; ${readingSettings}`);
    const arrived: { readonly table: CatalogTable; readonly cells: readonly (readonly (string | null)[])[] }[] = [];
    for (const table of syncedTables(catalog)) {
      const from = `SELECT ${contentAsText(table, 't')} FROM ${inSchema(catalog, table.name)} t`;
      const cells: (readonly (string | null)[])[] = [];
      for await (const chunk of copyRows(client.query(copyTo(`COPY (${from}) TO STDOUT`)), 2_000)) cells.push(...chunk);
      arrived.push({ table, cells });
    }
    await client.query('COMMIT');
    let rows = 0;
    store.transaction(() =>
      writingFor(store, peer.id, () => {
        for (const { table, cells } of arrived) {
          const decode = rowDecoder(table);
          for (const each of cells) insertRow(store, table, decode(each, 0));
          rows += cells.length;
        }
      }),
    );
    if (rows !== expected) throw new Error(`${rows} of ${expected} rows arrived`);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const [file, classId] = process.argv.slice(2) as [string, string];
const config = JSON.parse(await text(process.stdin)) as TestDatabase['config'];
process.stdout.write(JSON.stringify(await movePromised(config, { file, classId })));
process.exit(0);
