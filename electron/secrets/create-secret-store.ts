import { loadKeychain } from './keychain.ts';
import type { Keychain } from './keychain.ts';
import type { SecretStore } from './secret-store.ts';

/** How to make a secret store. */
export interface SecretStoreOptions {
  /** The name our entries have in the keychain. */
  readonly service: string;
  /** Finds the keychain; the operating system's own unless a test says otherwise. */
  readonly load?: () => Promise<Keychain | null>;
  /** How long a call may take, in milliseconds: a keychain may ask the user first. One that takes longer is not asked again. */
  readonly patienceMs?: number;
}

const usualPatienceMs = 30_000;

/**
 * The secrets of this device. The keychain is loaded with the first call; where it cannot be loaded, refuses or does not answer, secrets are held in memory
 * until the app closes, and `persistent` says so. No call rejects for want of a keychain.
 */
export function createSecretStore(options: SecretStoreOptions): SecretStore {
  const { service, load = loadKeychain, patienceMs = usualPatienceMs } = options;
  const memory = new Map<string, string>();
  const lent = new Map<string, { readonly secret: string; readonly times: number }>();
  let persistent = true;
  let silent = false;
  let keychain: Promise<Keychain | null> | null = null;

  /** What the keychain answers, or the fallback when there is none, it refuses, or it has fallen silent once. */
  const ask = async <T>(question: (chain: Keychain) => Promise<T>, fallback: () => T): Promise<T> => {
    keychain ??= load();
    const chain = silent ? null : await keychain;
    try {
      if (chain === null) throw new Error('there is no keychain');
      const answer = await answerOf(question(chain), patienceMs, () => {
        silent = true;
      });
      persistent = true;
      return answer;
    } catch {
      persistent = false;
      return fallback();
    }
  };

  return {
    get persistent() {
      return persistent;
    },
    get: async (id) => {
      const held = memory.get(id);
      return (
        held ??
        (await ask(
          async (chain) => await chain.getPassword(service, id),
          () => null,
        )) ??
        lent.get(id)?.secret ??
        null
      );
    },
    set: async (id, secret) => {
      memory.delete(id);
      const keep = (): void => {
        memory.set(id, secret);
      };
      // An empty password is none; keychains refuse it.
      if (secret === '')
        await ask(
          async (chain) => void (await chain.deletePassword(service, id)),
          () => {},
        );
      else await ask(async (chain) => await chain.setPassword(service, id, secret), keep);
    },
    delete: async (id) => {
      memory.delete(id);
      lent.delete(id);
      await ask(
        async (chain) => void (await chain.deletePassword(service, id)),
        () => {},
      );
    },
    lend: (id, secret) => {
      const { times, secret: before } = lent.get(id) ?? { times: 0, secret: '' };
      if (secret !== null) lent.set(id, { secret, times: times + 1 });
      else if (times > 1) lent.set(id, { secret: before, times: times - 1 });
      else lent.delete(id);
    },
  };
}

async function answerOf<T>(answer: Promise<T>, patienceMs: number, onSilence: () => void): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    onSilence();
    reject(new Error('the keychain does not answer'));
  }, patienceMs);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}
