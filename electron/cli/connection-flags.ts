import { readFile } from 'node:fs/promises';
import type { ConnectionInput, ConnectionItem } from '../../shared/contract/connection.ts';
import { AppError } from '../../shared/errors.ts';
import { defaultPort, defaultTls, parsePostgresUrl } from '../../shared/model/postgres-url.ts';
import { choice, flag, text } from './command.ts';
import type { Values } from './command.ts';
import { wholeNumber } from './numbers.ts';
import { findSaved } from './saved-connection.ts';
import type { CliSession } from './session.ts';
import { UsageError } from './usage-error.ts';

/** The options that say how to reach a server. */
export const connectionFlags = {
  url: text('--url <url>', 'option.url'),
  host: text('--host <host>', 'option.host'),
  port: text('--port <port>', 'option.port'),
  database: text('--database <database>', 'option.database'),
  user: text('--user <user>', 'option.user'),
  tls: choice('--tls <mode>', 'option.tls', ['disable', 'require', 'verify-ca', 'verify-full']),
  ca: text('--ca <file>', 'option.ca'),
  fingerprint: text('--fingerprint <sha256>', 'option.fingerprint'),
  allowWeakPassword: flag('--allow-weak-password', 'option.allow-weak-password'),
  scramOnly: flag('--scram-only', 'option.scram-only'),
  mode: choice('--mode <mode>', 'option.mode', ['two-way', 'push-only', 'pull-only']),
  deletes: choice('--deletes <rule>', 'option.deletes', ['keep', 'mirror']),
  passwordStdin: flag('--password-stdin', 'option.password-stdin'),
};
/** What the options of a connection were given as. */
export type ConnectionFlags = Values<typeof connectionFlags>;

/** Joins a class without getting its data at once; true unless given. */
export const noPull = flag('--no-pull', 'option.no-pull');

const caLimit = 200_000;

/** Whether the options name a server of their own. */
export function hasServerFlags(flags: ConnectionFlags): boolean {
  return flags.url !== undefined || flags.host !== undefined;
}

/**
 * The whole connection the options describe. Without a server of their own they start from the saved connection `name`;
 * what is then still missing is a usage error that names the option.
 */
export async function connectionInputOf(
  session: CliSession,
  name: string | undefined,
  flags: ConnectionFlags,
): Promise<ConnectionInput> {
  const saved = hasServerFlags(flags) ? undefined : await findSaved(session, name);
  const change = { ...(saved === undefined ? {} : savedValues(saved)), ...(await connectionChangeOf(session, flags)) };
  const { host, database, user } = change;
  const password = change.password ?? (await session.password(false));
  if (host === undefined) throw new UsageError('one-of-needed', { argument: '--url, --host' });
  if (database === undefined) throw new UsageError('missing-argument', { argument: '--database' });
  if (user === undefined) throw new UsageError('missing-argument', { argument: '--user' });
  return {
    ...change,
    ...(password === undefined ? {} : { password }),
    name: name ?? host,
    host,
    database,
    user,
    port: change.port ?? defaultPort,
    tls: change.tls ?? defaultTls(host),
    mode: change.mode ?? 'two-way',
  };
}

/** Only what the options say, for changing a saved connection; the password of the environment is no such wish. */
export async function connectionChangeOf(
  session: CliSession,
  flags: ConnectionFlags,
): Promise<Partial<Omit<ConnectionInput, 'name'>>> {
  const url = flags.url === undefined ? {} : urlValues(session, flags.url);
  const password = flags.passwordStdin ? await session.password(true) : undefined;
  const given = {
    host: flags.host,
    port: flags.port === undefined ? undefined : wholeNumber('--port', flags.port, 1, 65_535),
    database: flags.database,
    user: flags.user,
    tls: flags.tls,
    ca: flags.ca === undefined ? undefined : await caText(flags.ca),
    fingerprint: flags.fingerprint,
    allowWeakPassword: flags.scramOnly ? false : flags.allowWeakPassword || undefined,
    mode: flags.mode,
    deletes: flags.deletes,
    password,
  };
  return { ...url, ...defined(given) };
}

function savedValues(item: ConnectionItem): Omit<ConnectionInput, 'name' | 'password'> {
  const { host, port, database, user, tls, mode, deletes, allowWeakPassword } = item;
  return { host, port, database, user, tls, mode, deletes, allowWeakPassword };
}

/** A password in the address would be visible to every user of this computer while the command runs. */
function urlValues(session: CliSession, url: string): Partial<Omit<ConnectionInput, 'name' | 'password'>> {
  const { password, ignored, ...values } = parsePostgresUrl(url);
  if (password !== undefined) throw new UsageError('password-in-url', { argument: '--url' });
  if (ignored.length > 0) session.notice(session.words.t('notice.url-ignored', { names: ignored.join(', ') }));
  return values;
}

async function caText(file: string): Promise<string> {
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) throw new UsageError('file-unreadable', { argument: '--ca' });
  if (content.length > caLimit) throw new AppError('ca-invalid');
  return content;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
