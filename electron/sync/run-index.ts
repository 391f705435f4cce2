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
  const read = (told: RunTold): Promise<readonly RunPlace[]> => placesOf(store, runId, filter, told, signal);
  const named = typed === '' ? null : await read('label');
  const found = named?.filter(([, label]) => keys(label).search.includes(typed)).map(([place]) => place) ?? null;
  if (by === 'plan') {
    const places = found ?? (await read('nothing')).map(([place]) => place);
    return { places, total: places.length };
  }
  const among = found === null ? null : new Set(found);
  const kept = (await read(by === 'when' ? 'at' : by === 'record' ? 'label' : by))
    .filter(([place]) => among?.has(place) !== false)
    .map(([place, told]) => ({ place, told: by === 'record' ? keys(told).sortKey : told }));
  const turn = descending ? -1 : 1;
  kept.sort((a, b) => (a.told < b.told ? -turn : a.told > b.told ? turn : a.place - b.place));
  return { places: kept.map(({ place }) => place), total: kept.length };
}

async function placesOf(
  store: ClassStore,
  runId: string,
  filter: RunFilter,
  told: RunTold,
  signal: AbortSignal,
): Promise<readonly RunPlace[]> {
  const slicer = createSlicer(SLICE_MS);
  const parts: (readonly RunPlace[])[] = [];
  for (const part of eachRunPlaces(store, runId, filter, told)) {
    parts.push(part);
    await slicer.pause(signal);
  }
  return parts.flat();
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
