import { useSyncExternalStore } from 'react';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { shownText } from '../../../../shared/model/visible-text.ts';

/** Rows of one plan, read page by page. An outdated row stays until its new version is there. */
export interface RowCache {
  readonly get: (planId: string, ordinal: number) => PlanRowItem | undefined;
  /** Reads what is missing or older than `version` among some rows. */
  readonly want: (planId: string, version: number, ordinals: readonly number[]) => void;
  readonly subscribe: (changed: () => void) => () => void;
  /** Grows with every page that arrived. */
  readonly stamp: () => number;
}

/** What one call may ask for. */
const pageSize = 200;

interface Entry {
  readonly row: PlanRowItem | undefined;
  /** The version asked for last; a later one asks again. */
  readonly version: number;
}

/** Keeps the rows of the plan it was last asked about. */
export function createRowCache(
  read: (planId: string, ordinals: readonly number[]) => Promise<readonly PlanRowItem[]>,
): RowCache {
  let plan: string | null = null;
  let entries = new Map<number, Entry>();
  let stamp = 0;
  const listeners = new Set<() => void>();
  const announce = (): void => {
    stamp += 1;
    for (const listener of listeners) listener();
  };
  const load = async (planId: string, version: number, ordinals: readonly number[]): Promise<void> => {
    try {
      const rows = await read(planId, ordinals);
      if (plan !== planId) return;
      for (const row of rows) {
        const entry = entries.get(row.ordinal);
        // An answer to an older question must not overtake a newer one.
        if (entry === undefined || entry.version <= version) entries.set(row.ordinal, { row: shownRow(row), version });
      }
    } catch {
      // The plan is gone or the line broke: the page learns of both by itself; the rows may be asked for again.
      for (const ordinal of ordinals) if (entries.get(ordinal)?.version === version) entries.delete(ordinal);
    }
    announce();
  };
  return {
    get: (planId, ordinal) => (plan === planId ? entries.get(ordinal)?.row : undefined),
    want: (planId, version, ordinals) => {
      if (plan !== planId) {
        plan = planId;
        entries = new Map();
      }
      const missing = ordinals.filter((ordinal) => {
        const entry = entries.get(ordinal);
        return entry === undefined || entry.version < version;
      });
      for (const ordinal of missing) entries.set(ordinal, { row: entries.get(ordinal)?.row, version });
      for (let from = 0; from < missing.length; from += pageSize)
        void load(planId, version, missing.slice(from, from + pageSize));
    },
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    stamp: () => stamp,
  };
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
export function useRowStamp(rows: RowCache): number {
  return useSyncExternalStore(rows.subscribe, rows.stamp);
}
