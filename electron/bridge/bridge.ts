import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { EngineHost } from '../engine/host.ts';
import type { Log } from '../engine/log.ts';
import { createSecrets, judgeRequest, judgeUpgrade, linePath } from './guard.ts';
import type { Secrets } from './guard.ts';
import { defaultLimits } from './limits.ts';
import type { BridgeLimits } from './limits.ts';
import { openPageFiles } from './page-files.ts';
import type { PageFiles } from './page-files.ts';
import { securityHeaders } from './page-policy.ts';
import { createRateLimit } from './rate-limit.ts';
import { serveLine } from './line.ts';

/** The page and its line to the engine, on the loopback address only. */
export interface Bridge {
  readonly port: number;
  /** `http://127.0.0.1:PORT/`. */
  readonly address: string;
  readonly token: string;
  /** The address with a ticket for one page; for a command line that others can see. */
  ticketAddress(): string;
  /** How many pages are connected now. */
  readonly pages: number;
  close(): Promise<void>;
}

/** What a bridge is opened with. */
export interface BridgeOptions {
  readonly host: EngineHost;
  /** Folder of the built page. */
  readonly pageFolder: string;
  readonly log: Log;
  /** 0 or absent: a free one. */
  readonly port?: number | undefined;
  readonly limits?: Partial<BridgeLimits> | undefined;
  /** Called when a page connects or goes, with how many there are. */
  readonly onPages?: ((pages: number) => void) | undefined;
}

const protocol = 'tallybook.1';
/** What a page that has a secret shows it in when it asks why its socket did not open. */
const secretHeader = 'x-tallybook-secret';

/** Opens the bridge. Nothing is served before every guard stands. Rejects with the system's error when the port is taken. */
export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const limits: BridgeLimits = { ...defaultLimits, ...options.limits };
  const secrets = createSecrets();
  let authority = '';
  const files = await openPageFiles({ folder: options.pageFolder, connect: () => `'self' ws://${authority}` });
  const server = createHttpServer(limits);
  const sockets = serveSockets({ server, secrets, limits, options, authority: () => authority });
  const requests = createRateLimit(limits.requests, limits.windowMs);
  const questions = createRateLimit(limits.upgrades, limits.windowMs);
  const refusals = createRateLimit(limits.requests, limits.windowMs);
  server.on('request', (request, response) => {
    // Judged before it is counted: a page of somebody else must not be able to use up what is allowed to ours.
    const verdict = judgeRequest(request, authority);
    if (verdict.kind === 'refuse') {
      if (refusals.take()) options.log.write('warn', 'bridge.refused', { code: String(verdict.status) });
      return answer(response, verdict.status);
    }
    if (!requests.take()) return answer(response, 429);
    if (request.url === linePath) return answer(response, questions.take() ? lineStatus(request, secrets) : 429);
    void serveFile(files, request, response);
  });
  const port = await listen(server, options.port ?? 0);
  authority = `127.0.0.1:${port}`;
  return {
    port,
    address: `http://${authority}/`,
    token: secrets.token,
    ticketAddress: () => `http://${authority}/#ticket=${secrets.newTicket()}`,
    get pages() {
      return sockets.clients.size;
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * What a page whose socket did not open is told, since browsers hide how an upgrade was refused: 401 where its secret is none of this app (any more), so that trying again is of
 * no use; otherwise 200.
 */
function lineStatus({ method, headers }: IncomingMessage, secrets: Secrets): number {
  if (method !== 'GET') return 405;
  const secret = headers[secretHeader];
  if (typeof secret !== 'string') return 404;
  return secrets.knows(secret) ? 200 : 401;
}

function createHttpServer(limits: BridgeLimits): Server {
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs / 2),
    keepAliveTimeout: 5000,
    maxHeaderSize: limits.headerBytes,
    requireHostHeader: false,
  });
  server.maxConnections = limits.connections;
  // Broken HTTP is not answered at all: what Node would say tells what is listening.
  server.on('clientError', (_error, socket) => socket.destroy());
  // A client that waits for leave to send a body has none to send here.
  server.on('checkContinue', (_request: IncomingMessage, response: ServerResponse) => answer(response, 413));
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => socket.destroy());
  return server;
}

interface SocketParts {
  readonly server: Server;
  readonly secrets: Secrets;
  readonly limits: BridgeLimits;
  readonly options: BridgeOptions;
  readonly authority: () => string;
}

function serveSockets({ server, secrets, limits, options, authority }: SocketParts): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    // Never one of the secrets: what the server picks is sent back.
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  const attempts = createRateLimit(limits.upgrades, limits.windowMs);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const verdict = judgeUpgrade(request, authority());
    if (verdict.kind === 'refuse') return refuseUpgrade(socket, verdict.status);
    if (!attempts.take()) return refuseUpgrade(socket, 429);
    if (sockets.clients.size >= limits.pages) return refuseUpgrade(socket, 503);
    const offered = new Set((request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim()));
    const admitted = secrets.admits(offered);
    if (admitted === undefined) return refuseUpgrade(socket, 401);
    sockets.handleUpgrade(request, socket, head, (line) => {
      if (admitted === 'ticket') line.send(JSON.stringify({ kind: 'token', token: secrets.token }));
      serveLine(line, options.host, limits);
      line.on('close', () => options.onPages?.(sockets.clients.size));
      options.onPages?.(sockets.clients.size);
    });
  });
  // A broken upgrade is refused like any other; the library would answer with its own words.
  sockets.on('wsClientError', (_error, socket) => socket.destroy());
  return sockets;
}

async function serveFile(files: PageFiles, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, { Allow: 'GET, HEAD' });
  if (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) !== 0)
    return answer(response, 413);
  const path = /^[^?#]*/.exec(request.url ?? '')?.[0] ?? '';
  const file = await files.get(path).catch(() => undefined);
  if (file === undefined) return answer(response, 404);
  response.writeHead(200, { ...file.headers, 'Content-Length': Buffer.byteLength(file.body) });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

/** A refusal: a number, in JSON, and the connection ends, so that a body that was sent anyway is never read. */
function answer(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const body = JSON.stringify({ status });
  response.writeHead(status, {
    ...securityHeaders,
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(body);
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
