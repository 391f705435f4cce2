import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { rowDecoder } from '../../electron/remote/decode-row.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import { readingSettings } from '../../electron/remote/reading-settings.ts';
import { castType, comparable, declaredType } from '../../electron/remote/server-type.ts';
import { readRow, writeRow } from '../../electron/store/catalog-rows.ts';
import { createClassStore, type ClassStore } from '../../electron/store/class-store.ts';
import { contentColumns, tableOf, type CatalogColumn, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import { canonicalCell } from '../../shared/catalog/value.ts';
import { AppError } from '../../shared/errors.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { cellTexts } from '../support/cell-arbitraries.ts';
import { everyTypeCatalog } from '../support/every-type-catalog.ts';

/** A value that did not come through as it was. */
export interface ValueFailure {
  readonly type: string;
  readonly value: string;
  readonly found: string;
}

/** What a fuzzing of values came to: how many of each type came through, how many were refused, and what went wrong. */
export interface ValuesReport {
  readonly seed: number;
  readonly types: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: readonly ValueFailure[];
}

const batchSize = 1_000;
const mostFailures = 20;
const table: CatalogTable = tableOf(everyTypeCatalog, 'every type');

/**
 * Sends values of every type from SQLite to PostgreSQL and back, and from PostgreSQL to SQLite and back, as the engine does. Each either comes through exactly, with
 * a canonical text that agrees with the server's own comparison, or is refused before it is sent. `values` are tried of each type; the same seed tries the same.
 */
export async function fuzzValues(
  session: PgSession,
  { values, seed }: { values: number; seed: number },
): Promise<ValuesReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-values-'));
  const info = { id: randomUUID(), name: 'values', sample: false, createdAt: '2026-11-20T08:00:00.000Z' };
  const store = createClassStore(join(folder, 'values.db'), info, everyTypeCatalog);
  const report = {
    seed,
    types: {} as Record<string, number>,
    refused: {} as Record<string, number>,
    failures: [] as ValueFailure[],
  };
  try {
    await session.query(`CREATE SCHEMA IF NOT EXISTS "${everyTypeCatalog.schema}"`);
    for (const column of contentColumns(table).filter(({ name }) => !table.key.includes(name)))
      await fuzzColumn({ session, store, column, values, seed }, report);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

interface Fuzzing {
  readonly session: PgSession;
  readonly store: ClassStore;
  readonly column: CatalogColumn;
  readonly values: number;
  readonly seed: number;
}

interface Open {
  readonly types: Record<string, number>;
  readonly refused: Record<string, number>;
  readonly failures: ValueFailure[];
}

async function fuzzColumn(fuzzing: Fuzzing, report: Open): Promise<void> {
  const { session, column, values, seed } = fuzzing;
  const type = declaredType(everyTypeCatalog, column);
  if (column.enum !== undefined)
    await session.query(
      `CREATE TYPE ${castType(everyTypeCatalog, column)} AS ENUM (${column.enum.labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ')})`,
    );
  await session.query(`CREATE TEMPORARY TABLE tried (id int4 PRIMARY KEY, raw ${type}, back ${type})`);
  report.types[column.name] = 0;
  report.refused[column.name] = 0;
  const garbage = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('a\0', '\ud83d', '\udc00x', '1e999999', '{', '99999-01-01'),
  );
  const texts = fc.oneof({ weight: 20, arbitrary: cellTexts(column) }, { weight: 1, arbitrary: garbage });
  for (let done = 0; done < values && report.failures.length < mostFailures; done += batchSize) {
    const numRuns = Math.min(batchSize, values - done);
    const tried = fc.sample(texts, { numRuns, seed: seed + done });
    const accepted = tried.flatMap((text) => {
      const canonical = judged(column, text);
      return canonical === null ? [] : [{ text, canonical }];
    });
    report.refused[column.name] = (report.refused[column.name] ?? 0) + tried.length - accepted.length;
    report.types[column.name] = (report.types[column.name] ?? 0) + accepted.length;
    const found = await roundTrip(fuzzing, accepted);
    report.failures.push(...found.slice(0, mostFailures).map((failure) => ({ type: column.name, ...failure })));
  }
  await session.query('DROP TABLE tried');
}

/** The canonical text of a value, or null where it is refused. */
function judged(column: CatalogColumn, text: string): string | null {
  try {
    return canonicalCell(table, column, text);
  } catch (error) {
    if (error instanceof AppError && error.code === 'value-refused') return null;
    throw error;
  }
}

interface Accepted {
  readonly text: string;
  readonly canonical: string;
}
type Found = Omit<ValueFailure, 'type'>;

async function roundTrip(
  { session, store, column }: Fuzzing,
  accepted: readonly Accepted[],
): Promise<readonly Found[]> {
  const failures: Found[] = [];
  const expectSame = (place: number, step: string, found: Cell): void => {
    const value = accepted[place];
    if (value !== undefined && found !== value.canonical)
      failures.push({ value: JSON.stringify(value), found: `${step}: ${JSON.stringify(found)}` });
  };
  const cast = castType(everyTypeCatalog, column);
  const send = async (target: 'raw' | 'back', cells: readonly Cell[]): Promise<readonly Cell[]> => {
    const wanted = JSON.stringify(cells.map((cell, place) => [place, cell]));
    await session.query(
      target === 'raw'
        ? `INSERT INTO tried (id, raw) SELECT (x->>0)::int4, (x->>1)::${cast} FROM json_array_elements($1::json) x`
        : `UPDATE tried SET back = (x->>1)::${cast} FROM json_array_elements($1::json) x WHERE id = (x->>0)::int4`,
      [wanted],
    );
    const [, answer] = await session.pipeline([
      { sql: `BEGIN; ${readingSettings}` },
      { sql: `SELECT ${target}::text FROM pg_temp.tried ORDER BY id` },
      { sql: 'COMMIT' },
    ]);
    return (answer?.rows ?? []).map(([cell]) => decode(column, cell ?? null));
  };
  await session.query('TRUNCATE tried');
  // From the server as somebody wrote it there, to here, and back.
  const there = await send(
    'raw',
    accepted.map(({ text }) => text),
  );
  for (const [place, cell] of there.entries()) expectSame(place, 'read from the server', cell);
  const here = throughFile(
    store,
    column,
    accepted.map(({ canonical }) => canonical),
  );
  for (const [place, cell] of here.entries()) expectSame(place, 'read from the file', cell);
  const back = await send('back', here);
  for (const [place, cell] of back.entries()) expectSame(place, 'sent back', cell);
  failures.push(...(await compared(session, column, accepted)));
  return failures;
}

/** What the server says of two values has to be what their canonical texts say. */
async function compared(
  session: PgSession,
  column: CatalogColumn,
  accepted: readonly Accepted[],
): Promise<readonly Found[]> {
  const same = (a: string, b: string): string =>
    `(${comparable(column, a)}) IS NOT DISTINCT FROM (${comparable(column, b)})`;
  const [, answer] = await session.pipeline([
    { sql: `BEGIN; ${readingSettings}` },
    {
      sql: `SELECT a.id, ${same('a.raw', 'a.back')}, CASE WHEN b.id IS NOT NULL THEN ${same('a.back', 'b.back')} END
FROM pg_temp.tried a LEFT JOIN pg_temp.tried b ON b.id = a.id + 1 ORDER BY 1`,
    },
    { sql: 'COMMIT' },
  ]);
  return (answer?.rows ?? []).flatMap(([id, itself, next]) => {
    const place = Number(id);
    const [one, two] = [accepted[place], accepted[place + 1]];
    const value = JSON.stringify([one, two]);
    if (itself !== 't') return [{ value, found: 'the server finds it another value than the one it had' }];
    if (next === null || next === undefined) return [];
    const equal = one?.canonical === two?.canonical;
    return (next === 't') === equal
      ? []
      : [{ value, found: `the server finds the two ${equal ? 'different' : 'equal'}` }];
  });
}

function decode(column: CatalogColumn, cell: Cell): Cell {
  const cells = contentColumns(table).map(({ name }) => (name === column.name ? cell : null));
  return rowDecoder(table)(cells, 0)[column.name] ?? null;
}

function throughFile(store: ClassStore, column: CatalogColumn, cells: readonly Cell[]): readonly Cell[] {
  const empty: Row = Object.fromEntries(contentColumns(table).map(({ name }) => [name, null]));
  return store.transaction(() =>
    cells.map((cell, place) => {
      const pk = pkFromCells([String(place)]);
      writeRow(store, table, pk, { ...empty, id: String(place), [column.name]: cell });
      const read = readRow(store, table, pk);
      writeRow(store, table, pk, null);
      return read?.[column.name] ?? null;
    }),
  );
}
