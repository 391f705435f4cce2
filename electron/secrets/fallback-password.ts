import type { SecretStore } from './secret-store.ts';

/** The same secrets, with a password for connections that have none saved: what a schedule on a computer without a keychain hands over. It is never saved. */
export function withFallbackPassword(secrets: SecretStore, password: string | undefined): SecretStore {
  if (password === undefined || password === '') return secrets;
  return {
    get persistent() {
      return secrets.persistent;
    },
    get: async (connectionId) => (await secrets.get(connectionId)) ?? password,
    set: async (connectionId, secret) => await secrets.set(connectionId, secret),
    delete: async (connectionId) => await secrets.delete(connectionId),
    lend: (connectionId, secret) => secrets.lend(connectionId, secret),
  };
}
