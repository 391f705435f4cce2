import { foldText } from '../../shared/model/search-key.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachRunLabel, runIds } from '../store/sync/run-store.ts';
import { rowSearch } from './row-search.ts';

/** Longest time the thread is held while rows are looked through, in milliseconds. */
const SLICE_MS = 8;

/**
 * Runs, newest first, one row of which names every word that was typed: the record as it was called then, in pinyin and by initials too. Read in slices, each run as
 * far as its first such row. Nothing typed finds none.
 */
export async function findRuns(store: ClassStore, search: string, signal: AbortSignal): Promise<string[]> {
  const words = foldText(search)
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const slicer = createSlicer(SLICE_MS);
  const found: string[] = [];
  for (const runId of runIds(store)) {
    for (const label of eachRunLabel(store, runId)) {
      await slicer.pause(signal);
      const lines = rowSearch(label);
      if (!words.every((word) => lines.includes(word))) continue;
      found.push(runId);
      break;
    }
  }
  return found;
}
