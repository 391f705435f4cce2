import { create } from 'zustand';
import type { Params } from '../../../shared/contract/contract.ts';
import type { ScoreItem } from '../../../shared/contract/score.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { toAppError } from '../../to-app-error.ts';
import { rosterStore } from '../students/roster-store.ts';

/** What points are given for: a saved reason, or a number with its own words. */
export type Award = Params<'score.add'>['award'];

/** The last points given here; can be undone until the next ones. */
export interface LastAction {
  readonly classId: string;
  readonly events: readonly ScoreItem[];
  /** Undone here; what is undone elsewhere is no last action any more. */
  readonly undone: boolean;
  /** Whether it has been said for long enough: what is left then is the way to undo it. */
  readonly told: boolean;
}

interface ClassStore {
  readonly selected: ReadonlySet<string>;
  readonly last: LastAction | null;
  readonly busy: boolean;
  readonly error: AppError | null;
  readonly toggle: (id: string) => void;
  /** Adds to the selection, for "whole class" and Shift. */
  readonly select: (ids: readonly string[]) => void;
  readonly clear: () => void;
  readonly clearError: () => void;
  /** Gives points to the selected students. On success the selection is empty, on failure it is kept. Answers whether it worked. */
  readonly award: (classId: string, award: Award, note?: string | null) => Promise<boolean>;
  /** Says that points were given elsewhere in this window, so that they are the last action. */
  readonly noteGiven: (classId: string, events: readonly ScoreItem[]) => void;
  readonly undoLast: () => Promise<void>;
  /** Says that the last action has been in sight for long enough. */
  readonly endTelling: () => void;
  /** Says that events were undone elsewhere, so that the last action does not offer it again. */
  readonly noteUndone: (eventIds: readonly string[]) => void;
  /** Reads the last action again: what was undone elsewhere (another window, another PC, the history) is not offered, and names are those of now. */
  readonly checkLast: () => Promise<void>;
}

/** What is going on on the class page: who is selected and what was done last. */
export const useClassStore = create<ClassStore>()((set, get) => ({
  selected: new Set(),
  last: null,
  busy: false,
  error: null,
  toggle: (id) => {
    const selected = new Set(get().selected);
    if (!selected.delete(id)) selected.add(id);
    set({ selected });
  },
  select: (ids) => set({ selected: new Set([...get().selected, ...ids]) }),
  clear: () => set({ selected: new Set(), error: null }),
  clearError: () => set({ error: null }),
  award: async (classId, award, note = null) => {
    const studentIds = [...get().selected];
    if (studentIds.length === 0 || get().busy) return false;
    set({ busy: true, error: null });
    try {
      const { items } = await call('score.add', { classId, studentIds, award, note });
      get().noteGiven(classId, items);
      set({ selected: new Set() });
      return true;
    } catch (caught) {
      set({ error: toAppError(caught) });
      return false;
    } finally {
      set({ busy: false });
    }
  },
  noteGiven: (classId, events) => {
    count(events, 1);
    set({ last: { classId, events, undone: false, told: false } });
  },
  undoLast: async () => {
    const { last, busy } = get();
    if (last === null || last.undone || busy) return;
    set({ busy: true, error: null });
    try {
      await voidAll(last);
      set({ last: { ...last, undone: true, told: false } });
    } catch (caught) {
      set({ error: toAppError(caught) });
    } finally {
      set({ busy: false });
    }
  },
  endTelling: () => {
    const { last } = get();
    if (last !== null) set({ last: last.undone ? null : { ...last, told: true } });
  },
  noteUndone: (eventIds) => {
    const { last } = get();
    if (last === null || last.undone) return;
    const left = last.events.filter((event) => !eventIds.includes(event.id));
    if (left.length < last.events.length) set({ last: left.length === 0 ? null : { ...last, events: left } });
  },
  checkLast: async () => {
    const { last } = get();
    if (last === null || last.undone) return;
    const { classId, events } = last;
    const eventIds = events.map(({ id }) => id);
    try {
      const { items, total } = await call('score.list', { classId, eventIds, voided: false, limit: mostChecked });
      // Undone or followed by others meanwhile; and of more events than are read at once it is only known whether any is left.
      const now = get().last;
      if (now === null || now.undone || now.events !== events) return;
      if (total === 0) set({ last: null });
      else if (total === items.length) set({ last: { ...now, events: inOrder(eventIds, items) } });
    } catch {
      // It stays as it is: undoing tells what is wrong.
    }
  },
}));

/** Events read at once when the last action is looked at again. */
const mostChecked = 500;

function inOrder(ids: readonly string[], items: readonly ScoreItem[]): readonly ScoreItem[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Undoes the events together; when one of them was undone elsewhere meanwhile, the others one by one. */
async function voidAll({ classId, events }: LastAction): Promise<void> {
  try {
    await call('score.void', { classId, eventIds: events.map((event) => event.id) });
    count(events, -1);
  } catch (caught) {
    if (!isVoidAlready(caught)) throw caught;
    for (const event of events) {
      await call('score.void', { classId, eventIds: [event.id] }).catch((error: unknown) => {
        if (!isVoidAlready(error)) throw error;
      });
    }
  }
}

function isVoidAlready(caught: unknown): boolean {
  return caught instanceof AppError && caught.code === 'event-already-void';
}

/** Shows points at once; the engine's own totals follow with its event. */
function count(events: readonly ScoreItem[], sign: 1 | -1): void {
  const change = new Map<string, number>();
  for (const event of events) change.set(event.studentId, (change.get(event.studentId) ?? 0) + sign * event.delta);
  rosterStore.patch((roster) => ({
    ...roster,
    students: roster.students.map((student) => {
      const delta = change.get(student.id);
      return delta === undefined
        ? student
        : { ...student, current: student.current + delta, allTime: student.allTime + delta };
    }),
  }));
}
