/**
 * Where passwords live: the operating system's keychain, or memory for this session where there is none (with `persistent` false, which the page shows).
 * Keyed by connection id. Never plain text on disk.
 */
export interface SecretStore {
  /** False while secrets are only held in memory until the app closes. Known for certain after the first call. */
  readonly persistent: boolean;
  get(connectionId: string): Promise<string | null>;
  set(connectionId: string, secret: string): Promise<void>;
  delete(connectionId: string): Promise<void>;
  /** Uses a secret where none is saved, until it is taken back as often as it was lent (null). Never saved, and forgotten when the app closes. */
  lend(connectionId: string, secret: string | null): void;
}
