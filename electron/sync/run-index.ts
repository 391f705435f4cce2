import type { Params, Result } from '../../shared/contract/contract.ts';
import { foldText, nameKeys, type NameKeys } from '../../shared/model/search-key.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachRunPlaces, type RunFilter, type RunPlace, type RunTold } from '../store/sync/run-rows.ts';
import { getRun } from '../store/sync/run-store.ts';
import { rowSearch } from './row-search.ts';

type Filter = NonNullable<Params<'run.index'>['filter']>;
type Sort = NonNullable<Params<'run.index'>['sort']>;

/** Longest time the thread is held while rows are looked through, in milliseconds. */
const SLICE_MS = 8;

/** Places of the rows of a run that a filter keeps, in the order asked for; rows that are equal in it stay in the order of the run. Read in slices. */
export async function runIndex(
  store: ClassStore,
  runId: string,
  { search, ...filter }: Filter,
  { by, descending }: Sort,
  signal: AbortSignal,
): Promise<Result<'run.index'>> {
  getRun(store, runId);
  const keys = keysOf(runId);
  const typed = foldText(search ?? '');
  const read = (told: RunTold, take: Take): Promise<readonly RunPlace[]> =>
    placesOf(store, { runId, filter, told }, take, signal);
  const named = typed === '' ? null : await read('label', (label) => (keys(label).search.includes(typed) ? '' : null));
  if (by === 'plan') {
    const places = (named ?? (await read('nothing', (told) => told))).map(([place]) => place);
    return { places, total: places.length };
  }
  const among = named === null ? null : new Set(named.map(([place]) => place));
  const kept = await read(by === 'when' ? 'at' : by === 'record' ? 'label' : by, (told, place) => {
    if (among?.has(place) === false) return null;
    return by === 'record' ? keys(told).sortKey : told;
  });
  const turn = descending ? -1 : 1;
  const places = kept
    .toSorted(([a, one], [b, other]) => (one < other ? -turn : one > other ? turn : a - b))
    .map(([place]) => place);
  return { places, total: places.length };
}

/** What is made of what was told of a row; null where the row is not wanted. */
type Take = (told: string, place: number) => string | null;

/** Rows between two looks at the clock: to work out how a name is read takes a tenth of a millisecond, and more. */
const ROWS_AT_ONCE = 16;

async function placesOf(
  store: ClassStore,
  { runId, filter, told }: { readonly runId: string; readonly filter: RunFilter; readonly told: RunTold },
  take: Take,
  signal: AbortSignal,
): Promise<readonly RunPlace[]> {
  const slicer = createSlicer(SLICE_MS);
  const found: RunPlace[] = [];
  for (const part of eachRunPlaces(store, runId, filter, told)) {
    for (const [index, [place, text]] of part.entries()) {
      if (index % ROWS_AT_ONCE === 0) await slicer.pause(signal);
      const taken = take(text, place);
      if (taken !== null) found.push([place, taken]);
    }
    await slicer.pause(signal);
  }
  return found;
}

/** Keys of the labels of the run that was looked at last: whoever types a word asks for each of them with every letter. */
let latest: { readonly runId: string; readonly keys: Map<string, NameKeys> } | null = null;
/** Labels kept; a longer run works the others out each time. */
const KEPT = 50_000;

function keysOf(runId: string): (label: string) => NameKeys {
  if (latest?.runId !== runId) latest = { runId, keys: new Map() };
  const { keys } = latest;
  return (label) => {
    const found = keys.get(label);
    if (found !== undefined) return found;
    const made = { search: rowSearch(label), sortKey: nameKeys(label).sortKey };
    if (keys.size < KEPT) keys.set(label, made);
    return made;
  };
}
