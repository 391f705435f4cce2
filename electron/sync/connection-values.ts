import type { ConnectionInput } from '../../shared/contract/connection.ts';
import { AppError } from '../../shared/errors.ts';
import { hasControlCharacters } from '../../shared/model/postgres-url.ts';
import type { ConnectionFields, ConnectionRow } from '../store/connection-store.ts';
import { normalFingerprint, parseCa } from '../remote/tls.ts';

/** What PostgreSQL keeps of a name, in bytes; longer ones would be cut off by the server and then mean something else. */
const identifierBytes = 63;

/**
 * The fields of a connection as they are stored: trimmed, certificate and fingerprint readable. Throws `blank-name`, `invalid-params` with the `field`,
 * or `ca-invalid`. The password is not among them.
 */
export function connectionFields(input: ConnectionInput): ConnectionFields {
  const name = input.name.trim();
  if (name === '') throw new AppError('blank-name', { field: 'name' });
  if (name.length > 200) throw new AppError('name-too-long', { field: 'name', max: 200 });
  if (hasControlCharacters(name)) throw new AppError('invalid-params', { field: 'name' });
  const { builtin = false, port, tls, mode, deletes = 'keep' } = input;
  if (builtin) {
    const { host, database, user } = input;
    const own = { tls: 'disable', ca: null, fingerprint: null, allowWeakPassword: false } as const;
    return { name, builtin, host, port, database, user, mode, deletes, ...own };
  }
  const ca = input.ca === undefined || input.ca.trim() === '' ? null : input.ca;
  if (ca !== null) parseCa(ca);
  const { fingerprint } = input;
  return {
    name,
    builtin,
    host: required(input.host, 'host', 255),
    port,
    database: required(input.database, 'database', identifierBytes),
    user: required(input.user, 'user', identifierBytes),
    tls,
    mode,
    deletes,
    ca,
    fingerprint: fingerprint === undefined || fingerprint.trim() === '' ? null : normalFingerprint(fingerprint),
    allowWeakPassword: input.allowWeakPassword === true,
  };
}

/** A stored connection with some fields changed, as a form would hold it. A field that is left out stays. */
export function changedInput(row: ConnectionRow, change: Partial<ConnectionInput>): ConnectionInput {
  const { name, builtin, host, port, database, user, tls, mode, deletes, ca, fingerprint, allowWeakPassword } = row;
  const current = {
    name,
    builtin,
    host,
    port,
    database,
    user,
    tls,
    mode,
    deletes,
    ca: ca ?? '',
    fingerprint: fingerprint ?? '',
    allowWeakPassword,
  };
  return { ...current, ...change };
}

/**
 * Whether the password a connection keeps may go where its fields lead once they are changed. Where it is sent in clear text it goes only to the server it was
 * given for; everywhere else a server never gets to see it, only whether whoever connects knows it.
 */
export function keepsPassword(
  before: ConnectionRow,
  after: Pick<ConnectionRow, 'host' | 'port' | 'ca' | 'allowWeakPassword'>,
): boolean {
  const same = before.host === after.host && before.port === after.port && before.ca === after.ca;
  return same || !after.allowWeakPassword;
}

/** Start-up parameters end with a NUL: a name that holds one would smuggle in parameters of its own. */
function required(text: string, field: string, maxBytes: number): string {
  const trimmed = text.trim();
  const fits = trimmed !== '' && new TextEncoder().encode(trimmed).length <= maxBytes;
  if (!fits || hasControlCharacters(trimmed)) throw new AppError('invalid-params', { field });
  return trimmed;
}
