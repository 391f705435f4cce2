import { create } from 'zustand';
import type { AppState } from '../../../shared/contract/app.ts';
import type { Result } from '../../../shared/contract/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { toAppError } from '../../to-app-error.ts';

type Theme = AppState['theme'];
type Language = NonNullable<AppState['language']>;

interface AppStore {
  /** What the engine says of this device; null until the first answer. */
  readonly app: AppState | null;
  readonly classId: string | null;
  /** False while the line to the engine is broken. */
  readonly connected: boolean;
  readonly error: AppError | null;
  readonly load: () => Promise<void>;
  readonly setConnected: (connected: boolean) => void;
  /** Shows, above every page, why something that belongs to no page failed. */
  readonly fail: (caught: unknown) => void;
  readonly clearError: () => void;
  /** Opens a class of this device and remembers it for the next start. */
  readonly openClass: (classId: string) => Promise<void>;
  readonly setTheme: (theme: Theme) => Promise<void>;
  readonly setLanguage: (language: Language) => Promise<void>;
  readonly setDevice: (name: string) => Promise<void>;
}

/** The device, its classes and the class that is open. */
export const useApp = create<AppStore>()((set, get) => ({
  app: null,
  classId: null,
  connected: true,
  error: null,
  load: async () => {
    try {
      const app = await call('app.state', {});
      const open = app.classes.find((item) => item.id === get().classId && !item.archived);
      const last = app.classes.find((item) => item.id === app.lastClassId && !item.archived);
      const next = open ?? last ?? app.classes.find((item) => !item.archived) ?? null;
      if (next !== null && open === undefined) await call('class.open', { classId: next.id });
      set({ app, classId: next?.id ?? null, error: null });
    } catch (caught) {
      set({ error: toAppError(caught) });
    }
  },
  setConnected: (connected) => set({ connected }),
  fail: (caught) => set({ error: toAppError(caught) }),
  clearError: () => set({ error: null }),
  openClass: async (classId) => {
    await call('class.open', { classId });
    // Together: a page of a class must never see an open class that is not in the list yet.
    set({ app: await call('app.state', {}), classId, error: null });
  },
  setTheme: async (theme) => {
    const { app } = get();
    if (app !== null) set({ app: { ...app, theme } });
    await call('app.setTheme', { theme });
  },
  setLanguage: async (language) => {
    const { app } = get();
    if (app !== null) set({ app: { ...app, language } });
    await call('app.setLanguage', { language });
  },
  setDevice: async (name) => {
    await call('app.setDevice', { name });
    await get().load();
  },
}));

/** The open class, where a page needs one; pages are shown only when there is one. */
export function useClassItem(): Result<'class.list'>['items'][number] {
  const item = useApp((state) => state.app?.classes.find((known) => known.id === state.classId));
  if (item === undefined) throw new AppError('class-needed');
  return item;
}
