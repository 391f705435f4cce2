import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import type {
  ApplyOutcome,
  ApplyRequest,
  Observation,
  Remote,
  ServerRow,
  TimedEffect,
} from '../../electron/remote/remote.ts';

/** A whole row of a table from the cells that matter: other columns are NULL or something plain. */
export function rowOf(table: string, cells: Readonly<Record<string, Cell>>): Row {
  const plain: Readonly<Record<string, Cell>> = {
    uuid: '00000000-0000-7000-8000-000000000001',
    text: 'x',
    int4: '0',
    bool: 'false',
    timestamptz: '2026-11-20T08:00:00.000Z',
    jsonb: '{}',
    bytea: '\\x00',
  };
  return Object.fromEntries(
    contentColumns(tableOf(classroomCatalog, table)).map((column) => [
      column.name,
      cells[column.name] ?? (column.nullable ? null : (plain[column.type] ?? null)),
    ]),
  );
}

/** One write of a run: from what the server has to what it shall have. */
export function write(
  table: string,
  server: Row | null,
  result: Row | null,
  more: Partial<TimedEffect> = {},
): TimedEffect {
  const present = result ?? server;
  if (present === null) throw new Error('a write needs a row');
  return {
    table,
    pk: pkOf(tableOf(classroomCatalog, table), present),
    up: true,
    down: false,
    trees: { base: server, local: result, server },
    result,
    serverVer: null,
    editedFrom: null,
    editedTo: null,
    ...more,
  };
}

/** A student that shall be there. */
export function student(cells: Readonly<Record<string, Cell>> = {}): Row {
  return rowOf('student', { id: randomUUID(), name: 'Li Wei', ...cells });
}

/** A point for a student. */
export function point(of: Row, cells: Readonly<Record<string, Cell>> = {}): Row {
  return rowOf('score_event', { id: randomUUID(), student_id: of['id'] ?? null, delta: '1', ...cells });
}

/** Applies effects with a run of their own. */
export async function applyRun(
  remote: Remote,
  scope: string,
  effects: readonly TimedEffect[],
  more: Partial<ApplyRequest> = {},
): Promise<ApplyOutcome> {
  return await remote.apply({
    scope,
    runId: randomUUID(),
    device: { id: randomUUID(), name: 'Room 301' },
    planHash: 'hash',
    epoch: remote.identity.epoch,
    tables: classroomCatalog.tables,
    effects,
    signal: new AbortController().signal,
    onPhase: () => {},
    onReadBack: () => {},
    onProved: () => {},
    ...more,
  });
}

/** One observation with all its rows. */
export async function observeAll(
  remote: Remote,
  scope: string,
  since: string | null = null,
  settled?: string,
): Promise<{ readonly observation: Observation; readonly rows: readonly ServerRow[] }> {
  const rows: ServerRow[] = [];
  const observation = await remote.observe({
    scope,
    tables: classroomCatalog.tables,
    since,
    settled,
    readClock: systemClock().read,
    signal: new AbortController().signal,
    onRows: (chunk) => {
      rows.push(...chunk);
    },
  });
  return { observation, rows };
}

/** The rows of a class on the server, by table and key. */
export async function serverRows(remote: Remote, scope: string): Promise<ReadonlyMap<string, Row | null>> {
  const { rows } = await observeAll(remote, scope);
  return new Map(rows.map(({ table, pk, row }) => [`${table} ${pk}`, row]));
}

/** Rows that shall be on the server, each with its table. */
export async function put(remote: Remote, scope: string, ...rows: readonly (readonly [string, Row])[]): Promise<void> {
  const effects = rows.map(([table, row]) => write(table, null, row));
  expect(await applyRun(remote, scope, effects)).toMatchObject({ kind: 'committed' });
}

/**
 * A horizon from which nothing is read again. A transaction of anybody on the server holds the horizon back as long as it is open, and other tests share the
 * server: what was read once may be read again until they have ended.
 */
export async function quietHorizon(remote: Remote, scope: string): Promise<string> {
  let horizon = (await observeAll(remote, scope)).observation.horizon;
  const again = async (): Promise<number> => {
    const { observation, rows } = await observeAll(remote, scope, horizon);
    horizon = observation.horizon;
    return rows.length;
  };
  await expect.poll(again, { interval: 20, timeout: 30_000 }).toBe(0);
  return horizon;
}
