import { create } from 'zustand';
import type { StudentItem } from '../../../shared/contract/roster.ts';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { toAppError } from '../../to-app-error.ts';
import { deletedStore } from './deleted-store.ts';
import { rosterStore } from './roster-store.ts';

interface LastDeleted {
  /** Who was deleted here last; null when that was told for long enough. */
  readonly last: {
    readonly classId: string;
    readonly students: readonly StudentItem[];
    readonly undone: boolean;
  } | null;
  readonly busy: boolean;
  /** Why undoing failed. */
  readonly error: AppError | null;
  /** Deletes students; throws an {@link AppError} when that fails. */
  readonly remove: (classId: string, students: readonly StudentItem[]) => Promise<void>;
  readonly undo: () => Promise<void>;
  /** Says that somebody is back by another way, so that undoing is not offered for it. */
  readonly noteRestored: (id: string) => void;
  /** Looks who of them is still deleted: they may have been restored or erased by another window, a sync or a command. */
  readonly look: () => Promise<void>;
  readonly endTelling: () => void;
  readonly clearError: () => void;
}

/** Who was deleted here last, and the way to have them back at once; later that is done in "Recently deleted". */
export const useLastDeleted = create<LastDeleted>()((set, get) => ({
  last: null,
  busy: false,
  error: null,
  remove: async (classId, students) => {
    await call('student.delete', { classId, ids: students.map(({ id }) => id) });
    set({ last: { classId, students, undone: false }, error: null });
    await rosterStore.refresh();
  },
  undo: async () => {
    const { last, busy } = get();
    if (last === null || last.undone || busy) return;
    set({ busy: true, error: null });
    try {
      await call('student.restore', { classId: last.classId, ids: last.students.map(({ id }) => id) });
      set({ last: { ...last, undone: true } });
      await Promise.all([rosterStore.refresh(), deletedStore.refresh()]);
    } catch (caught) {
      set({ error: toAppError(caught) });
    } finally {
      set({ busy: false });
    }
  },
  noteRestored: (id) => {
    const { last } = get();
    if (last !== null && !last.undone) set({ last: without(last, (student) => student.id === id) });
  },
  look: async () => {
    const { last: before } = get();
    if (before === null || before.undone) return;
    const { items } = await call('student.list', { classId: before.classId, deleted: true });
    const { last, busy } = get();
    // Undoing says itself what became of it.
    if (last === null || last.undone || busy || last.classId !== before.classId) return;
    const deleted = new Set(items.flatMap((student) => (student.deleted ? [student.id] : [])));
    const known = new Set(before.students.map(({ id }) => id));
    set({ last: without(last, ({ id }) => known.has(id) && !deleted.has(id)) });
  },
  endTelling: () => set({ last: null }),
  clearError: () => set({ error: null }),
}));

/** What is told without some of them; null where nobody is left. */
function without(last: NonNullable<LastDeleted['last']>, gone: (student: StudentItem) => boolean): LastDeleted['last'] {
  const students = last.students.filter((student) => !gone(student));
  if (students.length === last.students.length) return last;
  return students.length === 0 ? null : { ...last, students };
}
