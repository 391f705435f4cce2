import { create } from 'zustand';
import type { ScoreItem } from '../../../shared/contract/score.ts';
import type { AppError } from '../../../shared/errors.ts';
import { idOf } from '../../../shared/model/ids.ts';
import { call } from '../../client.ts';
import { toAppError } from '../../to-app-error.ts';

/** Which events the list shows. `voided` null means all. */
export interface HistoryFilter {
  readonly classId: string;
  readonly studentId: string | null;
  readonly search: string;
  readonly voided: boolean | null;
}

interface HistoryStore {
  readonly filter: HistoryFilter | null;
  /** Null until the first page came. */
  readonly total: number | null;
  readonly pages: ReadonlyMap<number, readonly ScoreItem[]>;
  readonly error: AppError | null;
  /** Shows the events of a filter. Where they are shown already they are read again; they stay in sight until the answer is there. */
  readonly show: (filter: HistoryFilter) => void;
  /** Reads the pages of the rows on the screen that are not there yet. */
  readonly ensure: (first: number, last: number) => void;
  /** Reads the rows on the screen again. */
  readonly refresh: () => Promise<void>;
}

/** Events per call. */
export const pageSize = 100;

let onScreen: { first: number; last: number } = { first: 0, last: 0 };
const reading = new Set<number>();

/** Every event of a class, newest first, a page at a time: the list may be longer than memory should hold. */
export const useHistory = create<HistoryStore>()((set, get) => ({
  filter: null,
  total: null,
  pages: new Map(),
  error: null,
  show: (filter) => {
    const before = get().filter;
    // What the list showed when it was left may be called otherwise by now, and nobody listened meanwhile.
    if (before !== null && sameFilter(before, filter)) return void get().refresh();
    onScreen = { first: 0, last: 0 };
    reading.clear();
    set({ filter, total: null, pages: new Map(), error: null });
    void readPages([0], filter);
  },
  ensure: (first, last) => {
    const { filter, pages } = get();
    onScreen = { first, last };
    if (filter === null) return;
    const missing = pagesOf(onScreen).filter((page) => !pages.has(page) && !reading.has(page));
    if (missing.length > 0) void readPages(missing, filter);
  },
  refresh: async () => {
    const { filter } = get();
    if (filter !== null) await readPages(pagesOf(onScreen), filter, true);
  },
}));

async function readPages(numbers: readonly number[], filter: HistoryFilter, replace = false): Promise<void> {
  for (const page of numbers) reading.add(page);
  try {
    const answers = await Promise.all(numbers.map((page) => readPage(page, filter)));
    if (useHistory.getState().filter !== filter) return;
    useHistory.setState((state) => ({
      total: answers[0]?.total ?? 0,
      pages: new Map([
        ...(replace ? [] : state.pages),
        ...numbers.map((page, index) => [page, answers[index]?.items ?? []] as const),
      ]),
      error: null,
    }));
  } catch (caught) {
    if (useHistory.getState().filter === filter) useHistory.setState({ error: toAppError(caught) });
  } finally {
    for (const page of numbers) reading.delete(page);
  }
}

async function readPage(page: number, { classId, studentId, search, voided }: HistoryFilter) {
  return await call('score.list', {
    classId,
    ...(studentId === null ? {} : { studentId: idOf('student', studentId) }),
    ...(search === '' ? {} : { search }),
    ...(voided === null ? {} : { voided }),
    offset: page * pageSize,
    limit: pageSize,
  });
}

function pagesOf(rows: { readonly first: number; readonly last: number }): readonly number[] {
  const first = Math.floor(rows.first / pageSize);
  const last = Math.max(first, Math.floor(rows.last / pageSize));
  return Array.from({ length: last - first + 1 }, (_none, index) => first + index);
}

function sameFilter(a: HistoryFilter, b: HistoryFilter): boolean {
  return a.classId === b.classId && a.studentId === b.studentId && a.search === b.search && a.voided === b.voided;
}
