/** The part of a keychain we use. Calls reject where the system has none that answers. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/**
 * Loads the operating system's keychain, as late as possible: the native module throws at load where a system library is missing. Null then.
 */
export async function loadKeychain(): Promise<Keychain | null> {
  try {
    // It is CommonJS: under a bundler its functions may lie on the default export.
    const module = await import('keytar');
    return module.default;
  } catch {
    return null;
  }
}
