import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { within } from './limit.ts';
import type { Limit } from './limit.ts';

/** Where a server is, found out: addresses to try in turn, or the socket file of a server on this machine. */
export type ServerAddress =
  | { readonly kind: 'tcp'; readonly addresses: readonly LookupAddress[]; readonly port: number }
  | { readonly kind: 'file'; readonly path: string };

/** Whether a host is a folder with the server's socket rather than a name or an address. */
export function isSocketFolder(host: string): boolean {
  return isAbsolute(host);
}

/** Turns a host into addresses. Throws `cancelled`, `timeout` or the resolver's own error. */
export async function resolveHost(host: string, port: number, limit: Limit): Promise<ServerAddress> {
  if (isSocketFolder(host)) return { kind: 'file', path: join(host, `.s.PGSQL.${port}`) };
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (bare === '') throw new AppError('host-not-found', { host: '' });
  const family = isIP(bare);
  if (family !== 0) return { kind: 'tcp', addresses: [{ address: bare, family }], port };
  const addresses = await within(limit, lookup(bare, { all: true, order: 'verbatim' }), () => {});
  return { kind: 'tcp', addresses, port };
}

/**
 * Opens a socket to the first address that answers (both families are tried). It has an error listener, so that a late error cannot end
 * the process. Throws `cancelled`, `timeout` or the socket's own error.
 */
export async function openSocket(address: ServerAddress, limit: Limit): Promise<Socket> {
  const socket = address.kind === 'file' ? connectTcp({ path: address.path }) : connectAny(address);
  socket.on('error', () => {});
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  await within(limit, connected, () => socket.destroy());
  socket.setNoDelay(true);
  // A server that vanished without a word is noticed by the system even when nothing is asked of it.
  socket.setKeepAlive(true, 30_000);
  return socket;
}

function connectAny(address: Extract<ServerAddress, { kind: 'tcp' }>): Socket {
  const [first] = address.addresses;
  if (first === undefined) throw new AppError('host-not-found');
  return connectTcp({
    host: first.address,
    port: address.port,
    autoSelectFamily: true,
    // The addresses were found in an earlier step; asking again could give others.
    lookup: (_host, _options, callback) => {
      callback(null, [...address.addresses]);
    },
  });
}
