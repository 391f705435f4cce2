import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { Area } from '../shared/contract/events.ts';
import type { AppError } from '../shared/errors.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { toAppError } from './to-app-error.ts';

/** What a store of something in a class holds. `data` stays the last good answer while it is read again. */
export interface AreaState<Data> {
  readonly classId: string | null;
  readonly data: Data | null;
  readonly error: AppError | null;
}

/** One area of the open class, read again whenever the engine says it changed. */
export interface AreaStore<Data> {
  readonly use: UseBoundStore<StoreApi<AreaState<Data>>>;
  /** Reads for a class, unless it is there already. */
  readonly show: (classId: string) => void;
  /** Reads again. While one reading is under way, any number of wishes make one more. */
  readonly refresh: () => Promise<void>;
  /** Changes what is shown at once, ahead of the next reading. */
  readonly patch: (change: (data: Data) => Data) => void;
}

interface Registered {
  readonly areas: readonly Area[];
  readonly classId: () => string | null;
  readonly refresh: () => Promise<void>;
}

const registered: Registered[] = [];

/** A store that follows some areas of the class it was last shown for: read at first use, and again when one of them changed. */
export function createAreaStore<Data>(
  areas: readonly Area[],
  read: (classId: string) => Promise<Data>,
): AreaStore<Data> {
  const use = create<AreaState<Data>>()(() => ({ classId: null, data: null, error: null }));
  const readOnce = async (): Promise<void> => {
    const { classId } = use.getState();
    if (classId === null) return;
    try {
      const data = await read(classId);
      if (use.getState().classId === classId) use.setState({ data, error: null });
    } catch (caught) {
      if (use.getState().classId === classId) use.setState({ error: toAppError(caught) });
    }
  };
  const refresh = oneAtATime(readOnce);
  const show = (classId: string): void => {
    if (use.getState().classId === classId) return;
    use.setState({ classId, data: null, error: null });
    void refresh();
  };
  const patch = (change: (data: Data) => Data): void => {
    const { data } = use.getState();
    if (data !== null) use.setState({ data: change(data) });
  };
  registered.push({ areas, classId: () => use.getState().classId, refresh });
  return { use, show, refresh, patch };
}

/** Reads again what a change of a class touched. */
export function refreshAreas(classId: string, areas: readonly Area[]): void {
  for (const store of registered) {
    if (store.classId() === classId && store.areas.some((area) => areas.includes(area))) void store.refresh();
  }
}

/** Reads everything again, after events were missed. */
export function refreshAll(): void {
  for (const store of registered) if (store.classId() !== null) void store.refresh();
}
