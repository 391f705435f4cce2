import type { ConnectionInput, ConnectionItem } from '../../../shared/contract/connection.ts';
import { AppError } from '../../../shared/errors.ts';
import { defaultPort, defaultTls, isPrivateAddress, parsePostgresUrl } from '../../../shared/model/postgres-url.ts';

/** What the connection form holds. `password` empty on a stored connection means: keep the one in the keychain. */
export interface FormValues {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: ConnectionInput['tls'];
  /** Whether a person chose the encryption; until then it follows the host. */
  readonly tlsChosen: boolean;
  /** PEM text; null while the stored one, if any, stays. */
  readonly ca: string | null;
  readonly caName: string | null;
  /** The one certificate to trust; null while the stored one, if any, stays. */
  readonly fingerprint: string | null;
  /** What the stored connection trusts, while neither a file nor a certificate was chosen here. */
  readonly storedTrust: ConnectionItem['trust'];
  readonly mode: ConnectionInput['mode'];
  /** Whether the password may go out in clear text or as MD5 where the certificate has proved who the server is. */
  readonly allowWeak: boolean;
}

/** A field of the connection form that a message can be about. */
export type FieldName = 'host' | 'port' | 'database' | 'user' | 'password' | 'tls' | 'ca';

const blank: FormValues = {
  host: '',
  port: String(defaultPort),
  database: '',
  user: '',
  password: '',
  tls: 'verify-full',
  tlsChosen: false,
  ca: null,
  caName: null,
  fingerprint: null,
  storedTrust: 'store',
  mode: 'two-way',
  allowWeak: false,
};

/** The form for a stored connection, or an empty one. */
export function formValues(item: ConnectionItem | null): FormValues {
  if (item === null) return blank;
  const { host, port, database, user, tls, trust: storedTrust, mode, allowWeakPassword: allowWeak } = item;
  return { ...blank, host, port: String(port), database, user, tls, tlsChosen: true, storedTrust, mode, allowWeak };
}

/** The form after the host was typed: the encryption that suits it, unless one was chosen. */
export function withHost(values: FormValues, host: string): FormValues {
  const tls = values.tlsChosen || host.trim() === '' ? values.tls : defaultTls(host.trim());
  return { ...values, host, tls };
}

/** Whether a text is meant as an address that fills the form. */
export function isAddress(text: string): boolean {
  return /^\s*postgres(ql)?:\/\//i.test(text);
}

/** The form filled from a pasted address; what the address does not say stays. Throws `url-invalid`. */
export function withAddress(values: FormValues, text: string): FormValues {
  const url = parsePostgresUrl(text);
  const hosted = withHost(values, url.host ?? values.host);
  return {
    ...hosted,
    port: String(url.port ?? defaultPort),
    database: url.database ?? values.database,
    user: url.user ?? values.user,
    password: url.password ?? values.password,
    ...(url.tls === undefined ? {} : { tls: url.tls, tlsChosen: true }),
  };
}

/** What is missing or cannot be, by field, as keys of the texts. `stored`: a password is in the keychain. */
export function formProblems(
  values: FormValues,
  stored: boolean,
): Readonly<
  Partial<Record<FieldName, 'hostNeeded' | 'portInvalid' | 'databaseNeeded' | 'userNeeded' | 'passwordNeeded'>>
> {
  const port = Number(values.port);
  const portFits = /^\d{1,5}$/.test(values.port.trim()) && port >= 1 && port <= 65_535;
  return {
    ...(values.host.trim() === '' ? { host: 'hostNeeded' } : {}),
    ...(portFits ? {} : { port: 'portInvalid' }),
    ...(values.database.trim() === '' ? { database: 'databaseNeeded' } : {}),
    ...(values.user.trim() === '' ? { user: 'userNeeded' } : {}),
    ...(values.password === '' && !stored ? { password: 'passwordNeeded' } : {}),
  };
}

/** The values as the engine takes them. An untouched password, certificate and fingerprint are left out: what is stored stays. */
export function toInput(values: FormValues, name: string): ConnectionInput {
  return {
    name,
    host: values.host.trim(),
    port: Number(values.port),
    database: values.database.trim(),
    user: values.user.trim(),
    ...(values.password === '' ? {} : { password: values.password }),
    tls: values.tls,
    ...(values.ca === null ? {} : { ca: values.ca }),
    ...(values.fingerprint === null ? {} : { fingerprint: values.fingerprint }),
    allowWeakPassword: values.allowWeak && provesServer(values),
    mode: values.mode,
  };
}

/** Whether the certificate proves who the server is, as the form stands: only then may a password go out in a weak form. */
export function provesServer(values: FormValues): boolean {
  return values.tls === 'verify-full' || values.tls === 'verify-ca' || trustOf(values) === 'fingerprint';
}

/** Whether a failed sign-in was a server that can only take the password in clear text or as MD5. */
export function asksWeakly(error: {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}): boolean {
  return (
    error.code === 'password-downgrade' && (error.params['method'] === 'cleartext' || error.params['method'] === 'md5')
  );
}

/** What vouches for the server as the form stands. */
export function trustOf(values: FormValues): ConnectionItem['trust'] {
  if (values.fingerprint !== null && values.fingerprint !== '') return 'fingerprint';
  if (values.ca !== null && values.ca !== '') return 'ca';
  return values.ca === null && values.fingerprint === null ? values.storedTrust : 'store';
}

/** The one sentence of warning a form needs; null when the values are safe. A pinned certificate is as good as a verified one. */
export function tlsWarning(values: FormValues): 'no-tls' | 'not-verified' | null {
  const host = values.host.trim();
  if (host === '' || isPrivateAddress(host)) return null;
  if (values.tls === 'disable') return 'no-tls';
  return values.tls === 'require' && trustOf(values) !== 'fingerprint' ? 'not-verified' : null;
}

/** Whether the encryption could be stronger without any trouble: said quietly for private networks. */
export function tlsAdvice(values: FormValues): boolean {
  const host = values.host.trim();
  return host !== '' && isPrivateAddress(host) && defaultTls(host) !== 'disable' && values.tls !== 'verify-full';
}

/** The field a failed test is about, so that the message stands beside it. */
export function fieldOf(code: string, step: string): FieldName | null {
  switch (code) {
    case 'host-not-found':
    case 'unreachable':
    case 'timeout':
      return 'host';
    case 'refused':
    case 'not-postgres':
      return 'port';
    case 'connection-dropped':
      // Cut before anything was said: somebody else may listen there. Later the port was right.
      return step === 'tls' || step === 'login' ? 'port' : null;
    case 'password-wrong':
    case 'password-missing':
    case 'password-downgrade':
    case 'server-unproven':
      return 'password';
    case 'login-not-allowed':
    case 'not-allowed-from-here':
    case 'right-missing':
      return 'user';
    case 'database-missing':
    case 'connect-denied':
    case 'schema-damaged':
    case 'schema-newer':
    case 'server-read-only':
      return 'database';
    case 'tls-required':
    case 'tls-not-offered':
    case 'tls-failed':
    case 'certificate-name':
    case 'certificate-expired':
    case 'certificate-pinned-differs':
      return 'tls';
    case 'certificate-untrusted':
    case 'ca-invalid':
      return 'ca';
    default:
      return step === 'name' || step === 'tcp' ? 'host' : null;
  }
}

/** Reads a certificate file; throws `ca-invalid` for what is plainly none. The engine looks closer. */
export async function readCa(file: File): Promise<string> {
  const text = file.size > 200_000 ? '' : await file.text();
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new AppError('ca-invalid');
  return text;
}
