import { create } from 'zustand';
import type { LostItem } from '../../../shared/contract/bin.ts';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { toAppError } from '../../to-app-error.ts';

interface BinState {
  readonly classId: string | null;
  readonly search: string;
  /** Those read so far, latest first; null until the first page came. */
  readonly items: readonly LostItem[] | null;
  readonly total: number;
  readonly error: AppError | null;
}

/** Values read on at a time, and as many as one call brings. */
const pageSize = 100;
const mostAtOnce = 200;

/** The recovery bin of the open class, read a page at a time as the list is scrolled. */
export const useBin = create<BinState>()(() => ({ classId: null, search: '', items: null, total: 0, error: null }));

let turn = 0;
let reading = false;

/** Shows what a search finds, from the beginning, as far as was read before. What was shown stays until the answer is there. */
export async function showBin(classId: string, search: string): Promise<void> {
  const before = useBin.getState();
  if (before.classId !== classId) useBin.setState({ classId, search, items: null, total: 0, error: null });
  const known = before.classId === classId && before.search === search ? (before.items?.length ?? 0) : 0;
  await readBin(classId, search, [], Math.max(pageSize, known));
}

/** Reads the next page when the end of what is there comes into sight. */
export function continueBin(last: number): void {
  const { classId, search, items, total } = useBin.getState();
  if (reading || classId === null || items === null || items.length >= total || last < items.length - 20) return;
  void readBin(classId, search, items, items.length + pageSize);
}

/** Reads on after `known` until there are `wanted` values, or no more. */
async function readBin(classId: string, search: string, known: readonly LostItem[], wanted: number): Promise<void> {
  turn += 1;
  const mine = turn;
  reading = true;
  try {
    const items = [...known];
    let total = Number.POSITIVE_INFINITY;
    while (items.length < Math.min(wanted, total)) {
      const after = items.at(-1)?.id;
      const answer = await call('bin.list', {
        classId,
        limit: Math.min(mostAtOnce, wanted - items.length),
        ...(search === '' ? {} : { search }),
        ...(after === undefined ? {} : { after }),
      });
      if (mine !== turn) return;
      items.push(...answer.items);
      // Where some went meanwhile, fewer come than were counted.
      total = answer.items.length === 0 ? items.length : answer.total;
    }
    useBin.setState({ classId, search, items, total, error: null });
  } catch (caught) {
    if (mine === turn) useBin.setState({ error: toAppError(caught) });
  } finally {
    if (mine === turn) reading = false;
  }
}
