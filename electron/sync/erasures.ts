import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { erasureRules, type ErasureRules } from '../../shared/sync/erasure-rules.ts';
import type { Row } from '../../shared/sync/plan.ts';
import type { EngineContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ServerRow } from '../remote/remote.ts';
import { eachRow, insertRow, readRow, writeRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eraseFromBackups, type CleanedBackup } from '../store/erase-from-backups.ts';
import { isErasedKey, noteErasedKeys } from '../store/sync/erased-keys.ts';
import { endErasing, forgetLabels, forgetPages, isErasing, sweepForgotten } from '../store/sync/erase-history.ts';
import { erasedKeys, eraseRecords, type ErasedRows } from '../store/sync/erase-records.ts';
import { writingFor } from '../store/sync/peer-store.ts';
import {
  hasReceived,
  heldErasures,
  holdErasures,
  noteReceived,
  refusedErasures,
  serverErasures,
  type ServerErasure,
} from '../store/sync/held-erasures.ts';
import { openTrees } from '../store/sync/trees.ts';
import { uuidv7 } from '../store/uuid.ts';
import { announceRows } from './announce.ts';
import { readStored } from '../store/read-stored.ts';

/** Names told beside a list; the list has all. */
const mostNames = 30;
/**
 * How far apart erasures have to be to be carried out one by one without a question, in milliseconds: a week. Whoever empties a class a student at a time, with a
 * sync of every PC in between, is asked about from the second on; erasing one is rare, and being asked costs a click.
 */
const APART_MS = 7 * 24 * 3_600_000;

/** Knows the rows of erased records while an observation comes in. */
export interface ErasedFilter {
  /** Whether the row belongs to an erased record; it then is not stored. Rows come parents first. */
  drops(row: ServerRow): boolean;
  /** How many it dropped that are there on the server. */
  dropped(): number;
}

/** What the erasures of an observation came to here. */
export interface ReceivedErasures {
  /** Records erased by this observation. */
  readonly records: number;
  /** Their rows that were on no server yet: recorded while this PC had not heard of the erasure. */
  readonly unsent: number;
  /** Rows of erased records that somebody put on the server afterwards; they are not taken, and go with the next run. */
  readonly late: number;
  /** Names of the records that wait for somebody at this PC, because several were to be erased at once. */
  readonly asked: readonly string[];
  /** Erasures that are carried out, or asked about, when somebody next looks; only where the reading was nobody's wish. */
  readonly waits: number;
}

/** A filter for one reading of a server. `remembers`: what it drops is known later too; then it is asked inside a transaction of the caller. */
export function createErasedFilter(store: ClassStore, remembers: boolean): ErasedFilter {
  const rules = erasureRules(store.catalog);
  const records = erasedKeys(store);
  if (rules === null || records.size === 0) return { drops: () => false, dropped: () => 0 };
  const gone = new Map<string, Set<string>>([[rules.of.name, new Set(records)]]);
  const isGone = (table: string, pk: string): boolean =>
    gone.get(table)?.has(pk) === true || (table !== rules.of.name && isErasedKey(store, table, pk));
  let dropped = 0;
  return {
    drops({ table, pk, row }) {
      if (!belongs(rules, isGone, table, pk, row)) return false;
      if (row !== null) {
        dropped += 1;
        if (remembers) noteErasedKeys(store, rules, table, [pk]);
        const keys = gone.get(table);
        if (keys === undefined) gone.set(table, new Set([pk]));
        else keys.add(pk);
      }
      return true;
    },
    dropped: () => dropped,
  };
}

/** Whether a row is of an erased record. What it hangs on comes before it, or went with the record: a reading brings what is new, and rows of before are not read again. */
function belongs(
  rules: ErasureRules,
  isGone: (table: string, pk: string) => boolean,
  table: string,
  pk: string,
  row: Row | null,
): boolean {
  if (table === rules.of.name) return isGone(table, pk);
  if (row === null) return false;
  if (table === rules.alias?.name)
    return (
      row['tbl'] === rules.of.name &&
      ['old_id', 'new_id'].some((name) => isGone(rules.of.name, pkFromCells([row[name] ?? ''])))
    );
  const through = rules.covered.find((covered) => covered.table.name === table)?.through ?? [];
  return through.some((key) => {
    const cell = row[key.columns[0] ?? ''] ?? null;
    return cell !== null && isGone(key.references, pkFromCells([cell]));
  });
}

/**
 * Tables of which this file does not know how many rows a server holds, as long as that has not heard of an erasure: attachments of an erased record, which stay
 * there while somebody else points at them.
 */
export function uncountable(store: ClassStore, peerId: string): ReadonlySet<string> {
  const rules = erasureRules(store.catalog);
  if (rules === null) return new Set();
  const trees = openTrees(store, peerId);
  const waits = [...eachRow(store, rules.table)].some(
    ({ pk }) => trees.dirty({ table: rules.table.name, pk }) !== undefined,
  );
  return new Set(waits ? rules.attachments.map(({ table }) => table.name) : []);
}

/**
 * Carries out the erasures an observation brought, before anything else is made of it: whatever is planned, ticked or left. Part of the observation, which is
 * read again when this is cut short. What was begun and not finished before is finished. Where several records of this PC would go at once, or in a short time, nobody
 * meant only one of them: none goes before somebody here has seen them in a list and agreed.
 */
export async function receiveErasures(
  context: EngineContext,
  store: ClassStore,
  peerId: string,
  now: string,
  late: number,
): Promise<ReceivedErasures> {
  const rules = erasureRules(store.catalog);
  if (rules === null) return { records: 0, unsent: 0, late: 0, asked: [], waits: 0 };
  await eraseAgreed(context, store, peerId);
  const trees = openTrees(store, peerId);
  const since = new Date(Date.parse(now) - APART_MS).toISOString();
  const { news, held } = judgeErasures(store, rules, peerId, since);
  let erased: readonly ErasedRows[] = [];
  if (news.length > 0)
    erased = store.transaction(() => {
      const here = news.filter(({ record }) => readRow(store, rules.of, record) !== null);
      noteReceived(
        store,
        peerId,
        here.map(({ pk }) => pk),
        { now, since },
      );
      for (const { pk, row } of news) {
        writingFor(store, peerId, () => writeRow(store, rules.table, pk, row));
        trees.setBase({ table: rules.table.name, pk }, row, now);
        trees.dropRemote({ table: rules.table.name, pk });
      }
      return eraseRecords(
        store,
        news.map(({ record }) => record),
      );
    });
  const keys = new Set(held.map(({ pk }) => pk));
  // To the disk only where it is news: mostly there is nothing to hold, and nothing was held.
  const before = heldErasures(store, peerId);
  if (keys.size !== before.size || [...keys].some((pk) => !before.has(pk)))
    store.transaction(() => holdErasures(store, peerId, [...keys]));
  const refused = refusedErasures(store, peerId);
  const asked = [...new Set(held.flatMap(({ pk, record }) => (refused.has(pk) ? [] : [record])))];
  const unsent = erased.reduce((sum, table) => sum + table.unsent, 0);
  if (news.length > 0) context.log.write('info', 'erasures-received', { records: news.length, unsent });
  if (isErasing(store)) await finishErasing(store);
  if (erased.length > 0) announceRows(context, store.classId);
  const names = asked.map((record) => recordName(store, rules, record));
  return { records: news.length, unsent, late, asked: names, waits: 0 };
}

/** How many erasures a server has brought that nobody has carried out here or been asked about yet. */
export function waitingErasures(store: ClassStore, peerId: string): number {
  const held = heldErasures(store, peerId);
  return serverErasures(store, peerId).filter(({ pk }) => !held.has(pk)).length;
}

/** Which of the erasures a server has are carried out at once, and which wait: those that waited or were refused, and all that come with them, are several, or come soon after another. */
function judgeErasures(
  store: ClassStore,
  rules: ErasureRules,
  peerId: string,
  since: string,
): { readonly news: readonly ServerErasure[]; readonly held: readonly ServerErasure[] } {
  const before = heldErasures(store, peerId);
  const found = serverErasures(store, peerId);
  const here = found.filter(({ pk, record }) => before.has(pk) || readRow(store, rules.of, record) !== null);
  const several =
    new Set(here.map(({ record }) => record)).size > 1 ||
    here.some(({ pk }) => before.has(pk)) ||
    hasReceived(store, since);
  const held = several ? here : [];
  return { news: found.filter((erasure) => !held.includes(erasure)), held };
}

/** What a record is called here; nothing where it is not here any more. */
export function recordName(store: ClassStore, { of }: ErasureRules, record: string): string {
  const row = readRow(store, of, record);
  return of.label.flatMap((column) => row?.[column] ?? []).join(' ');
}

/** Erases the records of erasures that had waited and that a run has taken since. */
export async function eraseAgreed(context: EngineContext, store: ClassStore, peerId: string): Promise<void> {
  const rules = erasureRules(store.catalog);
  const held = heldErasures(store, peerId);
  if (rules === null || held.size === 0) return;
  const taken = [...held].flatMap((pk) => {
    const row = readRow(store, rules.table, pk);
    return row === null ? [] : [{ pk, record: pkFromCells([row[rules.column] ?? '']) }];
  });
  if (taken.length === 0) return;
  const gone = new Set(taken.map(({ record }) => record));
  const answered = serverErasures(store, peerId).filter(({ record }) => gone.has(record));
  const done = new Set([...taken, ...answered].map(({ pk }) => pk));
  store.transaction(() => {
    forgetLabels(
      store,
      rules.table.name,
      taken.map(({ pk }) => pk),
    );
    eraseRecords(
      store,
      taken.map(({ record }) => record),
    );
    holdErasures(
      store,
      peerId,
      // An earlier no about one of these records was taken back with this.
      [...held].filter((pk) => !done.has(pk)),
    );
  });
  context.log.write('info', 'erasures-agreed', { records: taken.length });
  await finishErasing(store);
  announceRows(context, store.classId);
}

/** What cleaning after an erasure came to: whether nothing of it is left in the file, and what became of each copy. */
export interface Cleaned {
  readonly file: boolean;
  readonly copies: readonly CleanedBackup[];
}

/**
 * Cleans the file and its copies of what was erased. The erasure itself is done whatever comes of this: where there is no room, or another program holds the file or
 * a copy, the mark in the file stays, and the next look at the server or the next opening begins again. Throws `AbortError` when the signal is aborted.
 */
export async function finishErasing(store: ClassStore, signal?: AbortSignal): Promise<Cleaned> {
  const slicer = createSlicer(1);
  let file = false;
  try {
    const sweeping = sweepForgotten(store);
    while (sweeping.next().done !== true) await slicer.pause(signal);
    file = forgetPages(store);
  } catch (error) {
    refuseDefect(error, signal);
  }
  const copies: CleanedBackup[] = [];
  for (const copy of eraseFromBackups(store)) {
    copies.push(copy);
    await slicer.pause(signal);
  }
  if (!file || copies.some(({ state }) => state === 'failed')) return { file, copies };
  try {
    store.transaction(() => endErasing(store));
  } catch (error) {
    refuseDefect(error, signal);
  }
  return { file, copies };
}

/** What the disk or another program is to blame for has a code and is tried again; a defect has none. */
function refuseDefect(error: unknown, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
  if (!(error instanceof Error && 'code' in error)) throw error;
}

/** Erases records here, for good: the erasures are written down as rows that sync, everything about the records goes. Inside a transaction of the caller. */
export function eraseHere(store: ClassStore, recordKeys: readonly string[], now: string): readonly ErasedRows[] {
  const rules = erasureRules(store.catalog);
  if (rules === null) return [];
  for (const pk of recordKeys) insertRow(store, rules.table, erasureOf(rules, pk, now));
  return eraseRecords(store, recordKeys);
}

/** The row that erases a record: a new key, the record's key, the time; nothing else is said. */
function erasureOf({ table, column }: ErasureRules, recordPk: string, now: string): Row {
  const [record] = readStored(recordPk) as string[];
  return Object.fromEntries(
    table.columns.map(({ name, type }) => {
      if (table.key.includes(name)) return [name, uuidv7()];
      if (name === column) return [name, record ?? null];
      return [name, type === 'timestamptz' ? now : null];
    }),
  );
}

/** What a plan says about erasures: nothing, unless something was erased or came too late. */
export function erasureChecks({ records, unsent, late, asked }: ReceivedErasures): PlanSummary['checks'] {
  const names = asked.slice(0, mostNames).join(', ') + (asked.length > mostNames ? ', …' : '');
  const params = { count: asked.length, names };
  return [
    // What asks comes first: of several, a page tells the first.
    ...(asked.length > 0 ? [{ id: 'erasure', state: 'warning' as const, code: 'erasures-asked', params }] : []),
    ...(records > 0 || late > 0
      ? [{ id: 'erasure', state: 'warning' as const, code: 'erased', params: { records, unsent, late } }]
      : []),
  ];
}

/** The table whose records can be erased; throws where the catalog has none. */
export function erasableTable(store: ClassStore): CatalogTable {
  const rules = erasureRules(store.catalog);
  if (rules === null) throw new Error('nothing of this catalog can be erased');
  return tableOf(store.catalog, rules.of.name);
}
