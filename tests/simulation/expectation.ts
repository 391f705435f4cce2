import type { PlanRowItem, PlanSummary, RunResult } from '../../shared/contract/sync.ts';
import { Broken, type Oracle, type Sides } from './oracle.ts';
import { addressOf, differing, sameCells, valueOf, type RowCells, type Snapshot } from './snapshot.ts';

/** The mode a run has. */
export type Mode = 'apply' | 'pull' | 'sync';

/** Columns where the newer of two edits counts without a question. Written down here and not taken from the engine's catalog. */
export const newestColumns: Readonly<Record<string, readonly string[]>> = {
  student: ['group_id', 'note'],
  group: ['name', 'color', 'sort', 'deleted_at'],
  reason: ['text', 'delta', 'category', 'sort', 'built_in', 'deleted_at'],
  reward: ['name', 'cost', 'deleted_at'],
  class_setting: ['value'],
};

/** What a plan says will happen, in the form in which it can be compared with what did. */
export interface Expectation {
  readonly rows: ReadonlyMap<string, PlanRowItem>;
  readonly purpose: PlanSummary['purpose'];
  /** Whether a decision covers a cell: a choice for its row, or a rule that takes the newer of two edits. */
  given(cell: string): boolean;
  /** Whether a server that was put back is taken as it is: what only this device holds goes. */
  readonly takesServer: boolean;
  /** Whether a person, or the clocks, decided about a cell: where this device's is kept, the server's counts as seen after a pull. */
  kept(cell: string): boolean;
}

/** Reads what the rows of a plan say. Whoever takes a run back, or everything from the server, has decided all of them. */
export function expectationOf(items: readonly PlanRowItem[], purpose: PlanSummary['purpose'] = 'sync'): Expectation {
  const rows = new Map(items.map((item) => [addressOf(item.table, item.key), item]));
  const rowOf = (cell: string): PlanRowItem | undefined => rows.get(cell.slice(0, cell.lastIndexOf(' ')));
  const decided = (item: PlanRowItem): boolean =>
    item.kind === 'conflict' && item.choice !== null && item.choice !== 'skip';
  return {
    rows,
    purpose,
    takesServer: items.some((item) => item.reason === 'server-restored' && item.choice === 'server'),
    kept: (cell) => {
      const item = rowOf(cell);
      return item !== undefined && item.included && (decided(item) || isSettledByTime(item, fieldOf(item, cell)));
    },
    given(cell) {
      const item = rowOf(cell);
      if (item === undefined) return false;
      if (purpose !== 'sync') return item.included;
      if (item.kind === 'conflict') return decided(item);
      return isSettledByTime(item, fieldOf(item, cell));
    },
  };
}

/** Whether both sides changed a column in which the newer counts, or what somebody said instead. */
export function isSettledByTime({ table }: PlanRowItem, field: PlanRowItem['fields'][number] | undefined): boolean {
  return field !== undefined && bothChanged(field) && newestColumns[table]?.includes(field.name) === true;
}

function fieldOf({ fields }: PlanRowItem, cell: string): PlanRowItem['fields'][number] | undefined {
  const column = cell.slice(cell.lastIndexOf(' ') + 1);
  return fields.find(({ name }) => name === column);
}

/** Whether both sides gave a column a value of their own. */
export function bothChanged({ base, local, server }: PlanRowItem['fields'][number]): boolean {
  return base !== local && base !== server && local !== server;
}

/** Addresses that a run of this mode shall write on a side. */
export function promised(
  { rows }: Expectation,
  side: 'server' | 'local',
  mode: Mode,
  before: Snapshot,
): readonly string[] {
  const writes = side === 'server' ? mode !== 'pull' : mode !== 'apply';
  if (!writes) return [];
  const other = side === 'server' ? 'down' : 'up';
  return [...rows].flatMap(([address, item]) =>
    item.included && item.direction !== other && !(before.has(address) && isKeptOn(item, side)) ? [address] : [],
  );
}

/**
 * Whether a question was answered with what this side has: then nothing is written there, whatever somebody makes of the row meanwhile. Where one side's row was chosen,
 * the direction says so already: what the server lost goes there again although the server's was chosen.
 */
function isKeptOn({ choice, fields }: PlanRowItem, side: 'server' | 'local'): boolean {
  if (choice !== 'merge' && choice !== 'both') return false;
  return fields.length > 0 && fields.every((field) => field.result === field[side]);
}

/** What a run did to a side is what its plan said, row for row and value for value (I4). */
export function checkEffects(
  expectation: Expectation,
  mode: Mode,
  before: Sides,
  after: Sides,
  result: RunResult,
  oracle: Oracle,
): void {
  const copies = [...expectation.rows.values()].filter(({ choice }) => choice === 'both').length;
  const left = new Set(result.left.map((row) => addressOf(row.table, row.key)));
  for (const side of ['server', 'local'] as const) {
    const wanted = promised(expectation, side, mode, before[side]);
    const changed = differing(before[side], after[side]);
    // Somebody's wish to be forgotten goes before everything else and is no row of a list.
    const unannounced = changed.filter(
      (address) =>
        !wanted.includes(address) &&
        !oracle.isMoved(address) &&
        !address.startsWith('erasure ') &&
        !isAgreedDeletion(before[side].get(address), after[side].get(address)),
    );
    const other = unannounced.find(
      (address) => before[side].has(address) && !isMovedRow(oracle, address, before, after),
    );
    const moved = movedTo(oracle, before.local);
    const made = unannounced.filter(
      (address) => !before[side].has(address) && !address.startsWith('alias ') && !moved.has(address),
    );
    const first = other ?? (made.length > copies ? made[0] : undefined);
    if (first !== undefined) throw new Broken('I4', `${first} of ${side} was changed and not announced`);
    for (const address of wanted) {
      if (left.has(address) || oracle.isMoved(address) || oracle.isErased(before[side].get(address))) continue;
      const item = expectation.rows.get(address);
      if (item === undefined) continue;
      // What was made on both sides is marked as deleted where others may have it, and as before where they cannot: not there.
      if (expectation.purpose === 'undo' && item.direction === 'both' && isGone(item, after[side].get(address)))
        continue;
      // Where a run that wrote both sides is taken back, each side gets its own again: a value is announced for the side that had another one.
      const own = expectation.purpose === 'undo' && item.direction === 'both' ? before[side].get(address) : undefined;
      // What both sides deleted, by other people or at another time, is agreed on while the next list is made: the server's words of it are taken.
      const end = after.local.get(address);
      const agreed = side === 'local' && end?.['deleted_at'] != null && sameCells(end, after.server.get(address));
      const said = agreed
        ? item.fields.filter(({ name }) => name !== 'deleted_at' && name !== 'deleted_by')
        : item.fields;
      checkRow(address, { ...item, fields: said }, after[side], side, own);
    }
  }
}

/** Addresses that rows have now whose record became another one. */
function movedTo(oracle: Oracle, before: Snapshot): ReadonlySet<string> {
  return new Set(
    [...before].flatMap(([address, row]) => {
      const [now] = oracle.moved(address, row);
      return now === address ? [] : [now];
    }),
  );
}

/** Deleted before and after, and only by whom and when is other now: what both sides deleted is agreed on, and the server's text is taken. */
function isAgreedDeletion(before: RowCells | undefined, after: RowCells | undefined): boolean {
  if (before?.['deleted_at'] == null || after?.['deleted_at'] == null) return false;
  const { deleted_at: _at, deleted_by: _by, ...was } = before;
  const { deleted_at: _then, deleted_by: _who, ...is } = after;
  return sameCells(was, is);
}

function isGone({ kind }: PlanRowItem, row: RowCells | undefined): boolean {
  return kind === 'delete' && row === undefined;
}

/** Whether a row only points at what its record became, or went with an erased one. */
function isMovedRow(oracle: Oracle, address: string, before: Sides, after: Sides): boolean {
  const was = before.local.get(address) ?? before.server.get(address);
  const now = after.local.get(address);
  return oracle.isErased(was) || sameCells(oracle.moved(address, was)[1], oracle.moved(address, now)[1]);
}

function checkRow(address: string, item: PlanRowItem, after: Snapshot, side: string, own?: RowCells): void {
  const row = after.get(address);
  if (row === undefined) {
    if (item.fields.every(({ result }) => result === null)) return;
    throw new Broken('I4', `${address} of ${side} is missing after the run`);
  }
  for (const { name, result } of item.fields) {
    if (valueOf(name, result) === (row[name] ?? null)) continue;
    if (own !== undefined && (own[name] ?? null) === (row[name] ?? null)) continue;
    throw new Broken(
      'I4',
      `${address} ${name} of ${side} became ${row[name] ?? 'NULL'}, announced was ${result ?? 'NULL'}`,
    );
  }
}

/** Nothing at all was written to the server. */
export function checkServerUntouched(rule: string, before: Sides, after: Sides): void {
  const [first] = differing(before.server, after.server);
  if (first !== undefined) throw new Broken(rule, `${first} of server was changed by a run that did nothing`);
}

/**
 * Nothing was written here. What both sides deleted is agreed on while the next list is made: the server's text of it is taken; and a record somebody erased is
 * removed by whoever reads that, whatever becomes of the run.
 */
export function checkLocalUntouched(rule: string, before: Sides, after: Sides, oracle: Oracle): void {
  const first = differing(before.local, after.local).find((address) => {
    const now = after.local.get(address);
    const was = before.local.get(address);
    if (now === undefined && oracle.isErased(was)) return false;
    if (was === undefined && address.startsWith('erasure ')) return !sameCells(now, after.server.get(address));
    return !isAgreedDeletion(was, now) || !sameCells(now, after.server.get(address));
  });
  if (first !== undefined) throw new Broken(rule, `${first} of local was changed by a run that did nothing`);
}
