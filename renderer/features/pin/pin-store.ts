import { create } from 'zustand';
import type { Params } from '../../../shared/contract/contract.ts';
import type { PermissionState } from '../../../shared/contract/pin.ts';
import { reaches, type PinLevel } from '../../../shared/permission/permission-level.ts';
import { call } from '../../client.ts';

/** A question for a PIN. Whatever needs the same level meanwhile waits for the same answer. */
interface Asked {
  readonly level: PinLevel;
  readonly answer: Promise<boolean>;
  readonly settle: (unlocked: boolean) => void;
}

interface PinStore {
  /** What may be done in this window; null until the first answer. */
  readonly state: PermissionState | null;
  /** When that was answered, in milliseconds since 1970. */
  readonly heardAt: number;
  readonly asked: Asked | null;
  readonly load: () => Promise<void>;
  /** Opens the sheet that asks for a PIN; answers whether it was given. */
  readonly ask: (level: PinLevel) => Promise<boolean>;
  readonly cancel: () => void;
  /** Gives the PIN that was asked for. Fails as `pin.unlock`; the sheet stays then. */
  readonly unlock: (pin: string) => Promise<void>;
  readonly lock: () => Promise<void>;
  readonly put: (params: Params<'pin.set'>) => Promise<void>;
  readonly remove: (params: Params<'pin.remove'>) => Promise<void>;
}

/** What this window may do, and the question for a PIN that is open in it. */
export const usePin = create<PinStore>()((set, get) => ({
  state: null,
  heardAt: 0,
  asked: null,
  load: async () => set(heard(await call('pin.state', {}))),
  ask: (level) => {
    const { asked } = get();
    if (asked !== null && (asked.level === level || asked.level === 'admin')) return asked.answer;
    asked?.settle(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    set({ asked: { level, answer: promise, settle: resolve } });
    // The engine knows best what is unlocked and how long nothing is looked at.
    void get()
      .load()
      .catch(() => undefined);
    return promise;
  },
  cancel: () => {
    get().asked?.settle(false);
    set({ asked: null });
  },
  unlock: async (pin) => {
    const { asked } = get();
    if (asked === null) return;
    try {
      set(heard(await call('pin.unlock', { pin, level: asked.level })));
    } catch (error) {
      await get().load();
      throw error;
    }
    asked.settle(true);
    // Who cancelled meanwhile may have been asked anew since: that question is answered too where this is enough, and else stays.
    const { asked: now, state } = get();
    if (now === null || (now !== asked && state !== null && !reaches(state.level, now.level))) return;
    set({ asked: null });
    now.settle(true);
  },
  lock: async () => set(heard(await call('pin.lock', {}))),
  put: async (params) => set(heard(await call('pin.set', params))),
  remove: async (params) => set(heard(await call('pin.remove', params))),
}));

function heard(state: PermissionState): Pick<PinStore, 'state' | 'heardAt'> {
  return { state, heardAt: Date.now() };
}
