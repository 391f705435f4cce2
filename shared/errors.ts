/** Parameters of an error: what the text of a code needs to name the thing. Never a secret, never a person's name from a log. */
export type ErrorParams = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The codes an `AppError` can carry, each with the exit code the command line gives it
 * (0 done, 1 unexpected, 2 usage, 4 stale, 5 cannot connect, 6 refused, 7 lock, 8 schema or version, 9 data refused, 10 checking, 130 cancelled).
 */
export const errorExitCodes = {
  unexpected: 1,
  'engine-crashed': 1,
  'engine-closed': 1,
  /** The app or the line to it went away after a call was sent: it may have been carried out or not. */
  'answer-lost': 10,
  'not-found': 2,
  'invalid-params': 2,
  'unknown-method': 2,
  usage: 2,
  'page-without-key': 2,
  'class-needed': 2,
  'class-exists': 2,
  'connection-exists': 2,
  'connection-doubled': 2,
  'connection-needed': 2,
  'plan-unknown': 2,
  'resolve-invalid': 2,
  'undo-refused': 6,
  'url-invalid': 2,
  'catalog-invalid': 9,
  'join-code-invalid': 2,
  'blank-name': 9,
  'name-too-long': 9,
  'number-taken': 9,
  'number-too-long': 9,
  'text-too-long': 9,
  'text-invalid': 9,
  'delta-invalid': 9,
  'delta-out-of-range': 9,
  'student-deleted': 9,
  'event-already-void': 9,
  'put-back-refused': 9,
  'pin-invalid': 9,
  'pin-taken': 9,
  'plan-used': 4,
  'class-replaced': 4,
  'plan-stale': 4,
  'plan-other-device': 4,
  'plan-tampered': 4,
  'host-not-found': 5,
  refused: 5,
  timeout: 5,
  unreachable: 5,
  'not-postgres': 5,
  'connection-dropped': 5,
  'password-wrong': 5,
  'password-missing': 5,
  'password-downgrade': 5,
  'server-unproven': 5,
  'login-not-allowed': 5,
  'not-allowed-from-here': 5,
  'tls-required': 5,
  'tls-not-offered': 5,
  'tls-failed': 5,
  'certificate-untrusted': 5,
  'certificate-name': 5,
  'certificate-expired': 5,
  'certificate-pinned-differs': 5,
  'ca-invalid': 5,
  // Warnings of the connection test: never thrown, they only have a text.
  'not-encrypted': 0,
  'not-verified': 0,
  'role-powerful': 0,
  'role-owner': 0,
  'foreign-triggers': 0,
  'clock-differs': 0,
  erased: 0,
  'erasures-asked': 0,
  'erasure-stuck': 0,
  'erased-there': 0,
  'verify-differs': 0,
  'server-lost': 0,
  'rows-hidden': 0,
  'horizon-held': 0,
  'unsent-dropped': 0,
  'replace-seen-elsewhere': 0,
  'copy-drifted': 0,
  'rule-broken': 0,
  'rule-unlooked': 0,
  'rows-refused': 0,
  'rules-untried': 0,
  'database-missing': 5,
  'connect-denied': 5,
  'too-many-connections': 5,
  restarting: 5,
  'query-timeout': 5,
  'server-read-only': 5,
  'server-lagging': 5,
  'server-stopped': 5,
  'guard-refused': 6,
  'consent-needed': 6,
  'class-choice-needed': 6,
  'first-sync-needed': 6,
  'server-put-back': 6,
  'sample-refused': 6,
  'device-removed': 6,
  'mode-refused': 6,
  'class-read-only': 6,
  'needs-pin': 6,
  'pin-wrong': 6,
  'pin-wait': 6,
  'pin-unseen': 6,
  'pin-missing': 6,
  'right-missing': 6,
  'lock-held': 7,
  'lock-held-by': 7,
  'folder-owned': 7,
  'owner-silent': 7,
  'schema-missing': 8,
  'schema-newer': 8,
  'schema-older': 8,
  'schema-damaged': 8,
  // Checks of a preview: the table stays out, the rest goes on.
  'missing-table': 8,
  'missing-column': 8,
  'column-type-differs': 8,
  'column-required': 8,
  'server-too-old': 8,
  'store-newer': 8,
  'store-damaged': 8,
  'builtin-server-version': 8,
  'builtin-server-failed': 1,
  'builtin-server-missing': 8,
  'constraint-failed': 9,
  'value-refused': 9,
  'journal-mismatch': 9,
  'trigger-broken': 9,
  'read-back-differs': 9,
  'marks-differ': 9,
  'server-differs': 9,
  'concurrent-change': 4,
  'disk-full': 9,
  'folder-unwritable': 9,
  'keychain-unavailable': 1,
  checking: 10,
  cancelled: 130,
} as const;

/** A code of the error catalogue; its text and its remedy live in `shared/text`. */
export type ErrorCode = keyof typeof errorExitCodes;

/** How an error travels: over ports, sockets and in JSON output. No stack, no path, no secret. */
export interface ErrorJson {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
}

/** The one error class of the app: a code the page turns into text and one suggested action, and its parameters. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: ErrorOptions) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
  }
}

/** What of an error may leave the engine: an `AppError` as it is, anything else as `unexpected` without its message. */
export function errorToJson(error: unknown): ErrorJson {
  if (error instanceof AppError) return { code: error.code, params: error.params };
  return { code: 'unexpected', params: {} };
}

/** The error again on the receiving side. An unknown code (a newer engine) becomes `unexpected`. */
export function errorFromJson(json: { readonly code: string; readonly params?: ErrorParams | undefined }): AppError {
  const known = Object.hasOwn(errorExitCodes, json.code);
  return known
    ? new AppError(json.code as ErrorCode, json.params ?? {})
    : new AppError('unexpected', { code: json.code });
}
