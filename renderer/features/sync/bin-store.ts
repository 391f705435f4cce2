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

/** Values per call. */
const pageSize = 100;

/** The recovery bin of the open class, read a page at a time as the list is scrolled. */
export const useBin = create<BinState>()(() => ({ classId: null, search: '', items: null, total: 0, error: null }));

let turn = 0;
let reading = false;

/** Shows what a search finds, from the beginning. What was shown stays until the answer is there. */
export async function showBin(classId: string, search: string): Promise<void> {
  const before = useBin.getState();
  if (before.classId !== classId) useBin.setState({ classId, search, items: null, total: 0, error: null });
  await readBin(classId, search, null, Math.min(200, Math.max(pageSize, before.items?.length ?? 0)));
}

/** Reads the next page when the end of what is there comes into sight. */
export function continueBin(last: number): void {
  const { classId, search, items, total } = useBin.getState();
  if (reading || classId === null || items === null || items.length >= total || last < items.length - 20) return;
  void readBin(classId, search, items.at(-1)?.id ?? null, pageSize);
}

async function readBin(classId: string, search: string, after: string | null, limit: number): Promise<void> {
  turn += 1;
  const mine = turn;
  reading = true;
  try {
    const answer = await call('bin.list', {
      classId,
      limit,
      ...(search === '' ? {} : { search }),
      ...(after === null ? {} : { after }),
    });
    if (mine !== turn) return;
    const before = after === null ? [] : (useBin.getState().items ?? []);
    useBin.setState({ classId, search, items: [...before, ...answer.items], total: answer.total, error: null });
  } catch (caught) {
    if (mine === turn) useBin.setState({ error: toAppError(caught) });
  } finally {
    if (mine === turn) reading = false;
  }
}
