import { create } from 'zustand';
import type { AppState } from '../../../shared/contract/app.ts';
import type { Result } from '../../../shared/contract/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { href, navigate } from '../../router.ts';
import { toAppError } from '../../to-app-error.ts';

type Theme = AppState['theme'];
type Language = NonNullable<AppState['language']>;

/** A class of this device that did not open, and why. */
export interface LostClass {
  readonly classId: string;
  readonly error: AppError;
}

/** Why a class alone does not open; anything else is about the whole app. */
const ofOneClass: ReadonlySet<string> = new Set(['not-found', 'store-damaged', 'store-newer']);

interface AppStore {
  /** What the engine says of this device; null until the first answer. */
  readonly app: AppState | null;
  readonly classId: string | null;
  /** Classes that did not open when the page was loaded; told by the first start, with the way back. */
  readonly lost: readonly LostClass[];
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
  lost: [],
  connected: true,
  error: null,
  load: async () => {
    try {
      const app = await call('app.state', {});
      const open = app.classes.find((item) => item.id === get().classId && !item.archived);
      const last = app.classes.find((item) => item.id === app.lastClassId && !item.archived);
      if (open !== undefined) return set({ app, error: null });
      const rest = app.classes.filter((item) => !item.archived && item !== last);
      const opened = await openFirst([...(last === undefined ? [] : [last]), ...rest].map(({ id }) => id));
      set({ app, ...opened, error: null });
      if (opened.lost.length > 0) navigate(href('start'));
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
    const lost = get().lost.filter((item) => item.classId !== classId);
    set({ app: await call('app.state', {}), classId, lost, error: null });
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

/** Opens the first class that does open: one whose file is gone or damaged keeps nobody from the others. Throws what is about more than one class. */
async function openFirst(classIds: readonly string[]): Promise<Pick<AppStore, 'classId' | 'lost'>> {
  const lost: LostClass[] = [];
  for (const classId of classIds) {
    try {
      await call('class.open', { classId });
      return { classId, lost };
    } catch (caught) {
      const error = toAppError(caught);
      if (!ofOneClass.has(error.code)) throw error;
      lost.push({ classId, error });
    }
  }
  return { classId: null, lost };
}

/** The open class, where a page needs one; pages are shown only when there is one. */
export function useClassItem(): Result<'class.list'>['items'][number] {
  const item = useApp((state) => state.app?.classes.find((known) => known.id === state.classId));
  if (item === undefined) throw new AppError('class-needed');
  return item;
}
