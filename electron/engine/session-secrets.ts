import type { SecretStore } from '../secrets/secret-store.ts';

/** Secrets held until the engine closes. */
export function createSessionSecrets(): SecretStore {
  const secrets = new Map<string, string>();
  return {
    persistent: false,
    get: async (connectionId) => await Promise.resolve(secrets.get(connectionId) ?? null),
    set: async (connectionId, secret) => {
      await Promise.resolve(secrets.set(connectionId, secret));
    },
    delete: async (connectionId) => {
      await Promise.resolve(secrets.delete(connectionId));
    },
  };
}
