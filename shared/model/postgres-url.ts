import { AppError } from '../errors.ts';

/** How a connection is encrypted; the words of the connection form. */
export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

/** What a connection address says. Absent: it does not say. */
export interface PostgresUrl {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: TlsMode;
  /** Parameters that were not understood and have no effect, in their order. Names only: a value may be a secret. */
  readonly ignored: readonly string[];
}

/** What may be wrong with an address. */
type Reason =
  | 'scheme'
  | 'encoding'
  | 'host'
  | 'several-hosts'
  | 'port'
  | 'parameter'
  | 'characters'
  | 'too-long'
  | 'password';

const maxLength = 10_000;
const scheme = /^postgres(?:ql)?:\/\//i;

/**
 * Takes a `postgres://` or `postgresql://` address apart as libpq does, by hand: the URL class refuses legal ones and quotes the password in its errors.
 * Throws `url-invalid` with a `reason`, never with any part of the address.
 */
export function parsePostgresUrl(text: string): PostgresUrl {
  const url = text.trim();
  if (url.length > maxLength) throw invalid('too-long');
  if (!scheme.test(url)) throw invalid('scheme');
  const rest = url.replace(scheme, '');
  const question = rest.indexOf('?');
  const path = question === -1 ? rest : rest.slice(0, question);
  const parameters = question === -1 ? [] : parseQuery(rest.slice(question + 1));
  // A password may hold an @ or a / that nobody encoded: the last @ before the host counts.
  const at = path.lastIndexOf('@');
  const slash = path.indexOf('/', at + 1);
  const server = path.slice(at + 1, slash === -1 ? undefined : slash);
  const found = {
    ...(at === -1 ? {} : parseAccount(path.slice(0, at))),
    ...parseServer(server),
    ...given('database', slash === -1 ? '' : decode(path.slice(slash + 1))),
  };
  return withParameters(found, parameters);
}

/** The address as people write it, for showing only: no password, IPv6 in brackets, the usual port left out. */
export function formatAddress(address: {
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
}): string {
  const host = address.host.includes(':') && !address.host.startsWith('[') ? `[${address.host}]` : address.host;
  const port = address.port === defaultPort ? '' : `:${address.port}`;
  return `${host}${port}${address.database === undefined || address.database === '' ? '' : `/${address.database}`}`;
}

/** PostgreSQL's usual port. */
export const defaultPort = 5432;

/**
 * The encryption a connection starts with: none on this machine, at least some inside a private network (where verifying is recommended), and everywhere else the
 * server must prove who it is.
 */
export function defaultTls(host: string): TlsMode {
  if (isLoopback(host)) return 'disable';
  return isPrivateAddress(host) ? 'require' : 'verify-full';
}

/** Whether a host is this machine: a socket folder, `localhost` or a loopback address. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host);
  if (bare === '' || isFolder(bare) || bare === 'localhost' || bare.endsWith('.localhost')) return true;
  return parseV4(bare)?.[0] === 127 || /^(?:0*:)*:?0*1$/.test(bare);
}

/**
 * Whether a host is this machine or lies in a private network: loopback, socket folder, private or link-local IPv4 and IPv6 ranges, `localhost`, names without a
 * dot, and the names only local networks have. A name may lie: for recommending only, never for deciding.
 */
export function isPrivateAddress(host: string): boolean {
  const bare = bareHost(host);
  if (isLoopback(bare)) return true;
  if (bare.includes(':')) return isPrivateV6(bare.split('%')[0] ?? bare);
  const v4 = parseV4(bare);
  if (v4 !== null) return isPrivateV4(v4);
  return !bare.includes('.') || /\.(?:local|lan|internal|home\.arpa|intranet)$/.test(bare);
}

/** Whether a text holds a control character, which no name of a server, database or role may. */
export function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function bareHost(host: string): string {
  return host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function isFolder(host: string): boolean {
  return host.startsWith('/') || /^[a-z]:[\\/]/.test(host);
}

type Parts = Omit<PostgresUrl, 'ignored'>;

function parseAccount(text: string): Parts {
  const colon = text.indexOf(':');
  if (colon === -1) return given('user', decode(text));
  return {
    ...given('user', decode(text.slice(0, colon))),
    ...given('password', decode(text.slice(colon + 1), 'password')),
  };
}

function parseServer(text: string): Parts {
  if (text === '') return {};
  if (text.includes(',')) throw invalid('several-hosts');
  const v6 = /^\[([0-9a-fA-F:.]+(?:%25[\w.~-]+|%[\w.~-]+)?)\](?::(\d*))?$/.exec(text);
  if (v6 !== null) return { host: decodeZone(v6[1] ?? ''), ...port(v6[2] ?? '') };
  const plain = /^([^[\]:]*)(?::(.*))?$/s.exec(text);
  if (plain === null) throw invalid('host');
  const host = decode(plain[1] ?? '');
  if (/[\s@?#\\]/.test(host)) throw invalid('host');
  return { ...given('host', host), ...port(plain[2] ?? '') };
}

function decodeZone(address: string): string {
  return address.replace('%25', '%');
}

function port(text: string): Parts {
  if (text === '') return {};
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 65_535) throw invalid('port');
  return { port: number };
}

function parseQuery(query: string): readonly (readonly [string, string])[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      if (equals < 1) throw invalid('parameter');
      return [decode(part.slice(0, equals)), decode(part.slice(equals + 1))] as const;
    });
}

const tlsBySslMode: ReadonlyMap<string, TlsMode> = new Map([
  ['disable', 'disable'],
  ['allow', 'disable'],
  ['prefer', 'require'],
  ['require', 'require'],
  ['no-verify', 'require'],
  ['verify-ca', 'verify-ca'],
  ['verify-full', 'verify-full'],
]);

/** Parameters repeat what the address can say, and win over it, as in libpq. */
function withParameters(start: Parts, parameters: readonly (readonly [string, string])[]): PostgresUrl {
  let found = start;
  const ignored: string[] = [];
  for (const [name, value] of parameters) {
    const part = parameterPart(name, value);
    if (part === null) ignored.push(name.slice(0, 100));
    else found = { ...found, ...part };
  }
  return { ...found, ignored };
}

function parameterPart(name: string, value: string): Parts | null {
  switch (name) {
    case 'host':
    case 'hostaddr':
      if (value.includes(',')) throw invalid('several-hosts');
      return given('host', value);
    case 'port':
      return port(value);
    case 'dbname':
      return given('database', value);
    case 'user':
      return given('user', value);
    case 'password':
      return given('password', value);
    case 'sslmode': {
      const tls = tlsBySslMode.get(value);
      return tls === undefined ? null : { tls };
    }
    case 'ssl':
      // What JDBC and older libpq drivers write.
      if (value === 'true' || value === '1') return { tls: 'verify-full' };
      return value === 'false' || value === '0' ? { tls: 'disable' } : null;
    default:
      return null;
  }
}

function given<K extends 'host' | 'database' | 'user' | 'password'>(
  name: K,
  value: string,
): { readonly [P in K]?: string } {
  if (value === '') return {};
  if (name !== 'password' && hasControlCharacters(value)) throw invalid('characters');
  if (value.includes('\0')) throw invalid('characters');
  return { [name]: value } as { readonly [P in K]?: string };
}

function decode(text: string, reason: Reason = 'encoding'): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % in a password is what people paste; elsewhere it is a mistake worth naming.
    if (reason === 'password') return text;
    throw invalid(reason);
  }
}

function invalid(reason: Reason): AppError {
  return new AppError('url-invalid', { reason });
}

function parseV4(text: string): readonly number[] | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return null;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part <= 255) ? parts : null;
}

function isPrivateV4([a = 0, b = 0]: readonly number[]): boolean {
  if (a === 10 || a === 127) return true;
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 192) return b === 168;
  if (a === 169) return b === 254;
  return a === 100 && b >= 64 && b <= 127;
}

function isPrivateV6(text: string): boolean {
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = mapped === null ? null : parseV4(mapped[1] ?? '');
  if (v4 !== null) return isPrivateV4(v4);
  return /^f[cd][0-9a-f]{2}:/.test(text) || /^fe[89ab][0-9a-f]:/.test(text);
}
