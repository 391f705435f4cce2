import { useSyncExternalStore } from 'react';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';

/** Rows of one list, a plan's or a run's, read page by page. An outdated row stays until its new version is there, and is the same object where nothing of it has changed. */
export interface RowCache<Row = PlanRowItem> {
  readonly get: (planId: string, ordinal: number) => Row | undefined;
  /** Whether a row was asked for and is not there yet. */
  readonly isReading: (planId: string, ordinal: number) => boolean;
  /** Reads what is missing or older than `version` among some rows. */
  readonly want: (planId: string, version: number, ordinals: readonly number[]) => void;
  /** Places of the rows that are shown: what was wanted since the plan last changed, the last of it where that is more than any screen shows. */
  readonly shown: (planId: string) => readonly number[];
  /** Takes rows that came along with another answer, which made the plan what it is at `version`. */
  readonly take: (planId: string, version: number, rows: readonly Row[]) => void;
  readonly subscribe: (changed: () => void) => () => void;
  /** Grows with every page that arrived. */
  readonly stamp: () => number;
}

/** What one call may ask for. */
const pageSize = 200;
/** Rows kept; beyond that those go that were not asked for the longest. More than any screen shows. */
const mostKept = 1_000;
/** Rows that are asked for along with something else: those of a high screen, and the one of the panel. */
const mostShown = 40;

interface Entry<Row> {
  readonly row: Row | undefined;
  /** The version asked for last; a later one asks again. */
  readonly version: number;
  readonly reading: boolean;
}

/** What a list has to say of its rows. */
interface RowsOf<Row> {
  /** Where a row stands in its list. */
  readonly placeOf: (row: Row) => number;
  /** The row as it may be shown. */
  readonly shown: (row: Row) => Row;
}

/** Keeps the rows of the plan it was last asked about. */
export function createRowCache(
  read: (planId: string, ordinals: readonly number[]) => Promise<readonly PlanRowItem[]>,
): RowCache {
  return createCacheOf(read, { placeOf: ({ ordinal }) => ordinal, shown: shownRow });
}

/** Keeps the rows of the list it was last asked about, whatever its rows are. */
export function createCacheOf<Row>(
  read: (listId: string, places: readonly number[]) => Promise<readonly Row[]>,
  { placeOf, shown }: RowsOf<Row>,
): RowCache<Row> {
  let plan: string | null = null;
  let entries = new Map<number, Entry<Row>>();
  let stamp = 0;
  const listeners = new Set<() => void>();
  const announce = (): void => {
    stamp += 1;
    for (const listener of listeners) listener();
  };
  /** What an answer had nothing about is not on its way any more. */
  const settle = (ordinals: readonly number[], version: number): void => {
    for (const ordinal of ordinals) {
      const entry = entries.get(ordinal);
      if (entry?.reading === true && entry.version === version) entries.set(ordinal, { ...entry, reading: false });
    }
  };
  const put = (version: number, rows: readonly Row[]): void => {
    for (const row of rows) {
      const place = placeOf(row);
      const entry = entries.get(place);
      // Not wanted any more; and an answer to an older question must not overtake a newer one.
      if (entry === undefined || entry.version > version) continue;
      entries.set(place, { row: sameOr(entry.row, shown(row)), version, reading: false });
    }
  };
  const load = async (planId: string, version: number, ordinals: readonly number[]): Promise<void> => {
    try {
      const rows = await read(planId, ordinals);
      if (plan !== planId) return;
      put(version, rows);
      settle(ordinals, version);
    } catch {
      // The plan is gone or the line broke: the page learns of both by itself; the rows may be asked for again.
      for (const ordinal of ordinals) if (entries.get(ordinal)?.version === version) entries.delete(ordinal);
    }
    announce();
  };
  return {
    get: (planId, ordinal) => (plan === planId ? entries.get(ordinal)?.row : undefined),
    isReading: (planId, ordinal) => plan === planId && entries.get(ordinal)?.reading === true,
    want: (planId, version, ordinals) => {
      if (plan !== planId) {
        plan = planId;
        entries = new Map();
      }
      const missing: number[] = [];
      for (const ordinal of ordinals) {
        const entry = entries.get(ordinal);
        const isMissing = entry === undefined || entry.version < version;
        if (isMissing) missing.push(ordinal);
        // What was wanted last stands last: rows go from the other end.
        entries.delete(ordinal);
        entries.set(ordinal, isMissing ? { row: entry?.row, version, reading: true } : entry);
      }
      for (const [ordinal] of entries) {
        if (entries.size <= Math.max(mostKept, ordinals.length)) break;
        entries.delete(ordinal);
      }
      for (let from = 0; from < missing.length; from += pageSize)
        void load(planId, version, missing.slice(from, from + pageSize));
    },
    shown: (planId) => {
      if (plan !== planId) return [];
      const newest = Math.max(...Array.from(entries.values(), ({ version }) => version));
      return [...entries].flatMap(([ordinal, { version }]) => (version === newest ? [ordinal] : [])).slice(-mostShown);
    },
    take: (planId, version, rows) => {
      if (plan !== planId) return;
      put(version, rows);
      announce();
    },
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    stamp: () => stamp,
  };
}

/** The row that is there already where the new one says the same. */
function sameOr<Row>(there: Row | undefined, row: Row): Row {
  return there !== undefined && JSON.stringify(there) === JSON.stringify(row) ? there : row;
}

/** A row whose names are safe to show. Its cells stay as they are: a decision is made with them. */
function shownRow(row: PlanRowItem): PlanRowItem {
  const orNull = (text: string | null): string | null => (text === null ? null : shownText(text));
  const names = Object.entries(row.names).map(([name, { base, local, server, result }]) => [
    name,
    { base: orNull(base), local: orNull(local), server: orNull(server), result: orNull(result) },
  ]);
  return {
    ...row,
    label: shownText(row.label),
    by: { local: orNull(row.by.local), server: orNull(row.by.server) },
    blockedBy: orNull(row.blockedBy),
    rival: orNull(row.rival),
    other: orNull(row.other),
    alike: row.alike.map(shownText),
    names: Object.fromEntries(names) as PlanRowItem['names'],
  };
}

/** Renders again whenever rows arrive. */
export function useRowStamp<Row>(rows: RowCache<Row>): number {
  return useSyncExternalStore(rows.subscribe, rows.stamp);
}
