import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { simFolder } from './sim-folder.ts';
import type { ServerLogin, WarmConnection, WarmConnections } from './warm-connections.ts';
import { MessageReader, queryMessage, simpleQuery } from './wire.ts';
import type { WireMessage } from './wire.ts';

/** Where the network fails: before a COMMIT reaches the server, before its answer comes back, or before the nth message of the server; beside a message nothing fails. */
export type FaultPlace =
  | { readonly kind: 'commit-request' }
  | { readonly kind: 'commit-answer' }
  | { readonly kind: 'message'; readonly number: number }
  | { readonly kind: 'beside-message'; readonly number: number };

/** A failure that waits for its place. `strike` is called at the moment of the failure, before anybody notices. */
interface ArmedFault {
  readonly place: FaultPlace;
  readonly strike: () => void;
  seen: number;
}

const cancelRequest = 80_877_102;
const sslRequest = 80_877_103;

/** Where gates are while the system has sockets in folders: they cost a third of what a connection over its network does. */
let folder: string | null = null;
let opened = 0;

/** The network between one device and the server: it pools connections, and fails where it is told to. */
export class Gate {
  readonly #server: Server;
  readonly #login: ServerLogin;
  readonly #pool: WarmConnections;
  readonly #links = new Set<Link>();
  /** Backends whose connection was cut and that may still be at work. */
  readonly #cut: number[] = [];
  #fault: ArmedFault | null = null;
  #number: number | null = null;
  /** The host a device gives to come here: an address, or the folder of a socket. */
  host = '127.0.0.1';
  /** The database behind the address of the device, where it is another than the one it asks for. */
  leadsTo: string | null = null;

  private constructor(login: ServerLogin, pool: WarmConnections) {
    this.#login = login;
    this.#pool = pool;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async open(login: ServerLogin, pool: WarmConnections): Promise<Gate> {
    const gate = new Gate(login, pool);
    if (process.platform === 'win32') await new Promise<void>((done) => gate.#server.listen(0, '127.0.0.1', done));
    else await gate.#listenIn((folder ??= simFolder()));
    return gate;
  }

  async #listenIn(place: string): Promise<void> {
    opened += 1;
    this.host = place;
    this.#number = opened;
    await new Promise<void>((done) => this.#server.listen(join(place, `.s.PGSQL.${opened}`), done));
  }

  get port(): number {
    return this.#number ?? (this.#server.address() as AddressInfo).port;
  }

  /** From now on waits for the place; the failure happens once. */
  arm(place: FaultPlace, strike: () => void): void {
    this.#fault = { place, strike, seen: 0 };
  }

  /** Takes a failure back that has not happened; whether it had happened. */
  disarm(): boolean {
    const struck = this.#fault === null;
    this.#fault = null;
    return struck;
  }

  /** Backends that lost their client since the last time this was asked. */
  takeCut(): readonly number[] {
    return this.#cut.splice(0);
  }

  /** Waits until every connection of the device has been given back or lies ready for the next use. */
  async quiet(): Promise<void> {
    await Promise.all([...this.#links].map(async (link) => await link.atRest()));
  }

  /** Cuts what lies ready, as a network does that forgets lines nobody uses. */
  async forget(): Promise<void> {
    await this.quiet();
    for (const link of this.#links) link.client.destroy();
    await this.#ended();
  }

  async #ended(): Promise<void> {
    await Promise.all([...this.#links].map(async (link) => await link.returned));
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.client.destroy();
    await this.#ended();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  #accept(client: Socket): void {
    client.setNoDelay(true);
    client.on('error', () => client.destroy());
    // Somebody else's program may try a port that was another server's a moment ago: what it asks for is not here.
    client.once('data', (piece: Buffer) => void this.#begin(client, piece).catch(() => client.destroy()));
  }

  async #begin(client: Socket, piece: Buffer): Promise<void> {
    const code = piece.readUInt32BE(4);
    if (code === sslRequest) {
      client.write('N');
      client.once('data', (next: Buffer) => void this.#begin(client, next).catch(() => client.destroy()));
      return;
    }
    if (code === cancelRequest) {
      const direct = connect({ host: this.#login.host, port: this.#login.port }, () => direct.end(piece));
      direct.on('error', () => direct.destroy()).on('close', () => client.destroy());
      return;
    }
    const words = piece.toString('utf8', 8).split('\0');
    client.pause();
    let gone = false;
    client.once('close', () => (gone = true));
    const warm = await this.#pool.take(this.leadsTo ?? words[words.indexOf('database') + 1] ?? '');
    const link = new Link(client, warm, {
      toServer: (message) => this.#mayPass('to-server', message, link),
      toClient: (message) => this.#mayPass('to-client', message, link),
    });
    this.#links.add(link);
    link.returned = link.ended.then(async (cleanly) => {
      if (cleanly) await this.#pool.give(warm);
      else {
        this.#cut.push(warm.pid);
        warm.socket.destroy();
      }
      this.#links.delete(link);
    });
    if (gone) link.abandon();
    client.write(warm.greeting);
    client.resume();
  }

  /** Whether a message may go on; where the fault strikes, nothing more does. */
  #mayPass(direction: 'to-server' | 'to-client', passing: WireMessage, link: Link): boolean {
    const fault = this.#fault;
    if (fault === null || !strikesAt(fault, direction, passing, link)) return true;
    this.#fault = null;
    fault.strike();
    if (fault.place.kind === 'beside-message') return true;
    link.cut();
    return false;
  }
}

function strikesAt(fault: ArmedFault, direction: 'to-server' | 'to-client', passing: WireMessage, link: Link): boolean {
  if (direction === 'to-server') {
    const commit = simpleQuery(passing) === 'COMMIT';
    if (commit && fault.place.kind === 'commit-answer') link.holdAnswer();
    return commit && fault.place.kind === 'commit-request';
  }
  if (fault.place.kind === 'commit-answer') return link.answerHeld && passing.type === 'Z';
  if (fault.place.kind === 'commit-request') return false;
  fault.seen += 1;
  return fault.seen === fault.place.number;
}

interface Watch {
  toServer(message: WireMessage): boolean;
  toClient(message: WireMessage): boolean;
}

/** Messages that go on together, in one piece: each piece is a call of the system. */
class Outgoing {
  readonly #socket: Socket;
  #waiting: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  add(bytes: Buffer): void {
    this.#waiting.push(bytes);
  }

  flush(): void {
    const [first, ...more] = this.#waiting;
    this.#waiting = [];
    if (first === undefined || this.#socket.destroyed) return;
    this.#socket.write(more.length === 0 ? first : Buffer.concat([first, ...more]));
  }
}

/** One connection of a device: passes whole messages on and knows what the server owes. */
class Link {
  readonly client: Socket;
  readonly #warm: WarmConnection;
  readonly #watch: Watch;
  readonly #ended = Promise.withResolvers<boolean>();
  #owed = 0;
  #status = 'I';
  #over = false;
  answerHeld = false;
  /** Resolves when the server's side has been given back. */
  returned: Promise<void> = Promise.resolve();
  readonly #waiting: (() => void)[] = [];
  readonly #toServer: Outgoing;
  readonly #toClient: Outgoing;

  constructor(client: Socket, warm: WarmConnection, watch: Watch) {
    this.client = client;
    this.#warm = warm;
    this.#watch = watch;
    this.#toServer = new Outgoing(warm.socket);
    this.#toClient = new Outgoing(client);
    const fromClient = new MessageReader();
    const fromServer = new MessageReader();
    client.on('data', (piece: Buffer) => {
      for (const each of fromClient.feed(piece)) this.#forward(each);
      this.#toServer.flush();
    });
    client.on('close', () => void this.#end());
    warm.socket.on('data', (piece: Buffer) => {
      for (const each of fromServer.feed(piece)) this.#backward(each);
      this.#toClient.flush();
    });
    warm.socket.on('close', () => {
      client.destroy();
      this.#finish(false);
    });
  }

  /** Resolves when the client has gone: true when the server's side can be used again. */
  get ended(): Promise<boolean> {
    return this.#ended.promise;
  }

  /** Resolves when the line lies ready, in no transaction and owed nothing, or has ended. */
  async atRest(): Promise<void> {
    if (this.#rests()) return;
    await Promise.race([this.returned, new Promise<void>((done) => this.#waiting.push(done))]);
  }

  #rests(): boolean {
    return this.#owed === 0 && this.#status === 'I' && !this.#over && !this.client.destroyed;
  }

  holdAnswer(): void {
    this.answerHeld = true;
  }

  /** The client had gone before the server's side was there. */
  abandon(): void {
    void this.#end();
  }

  cut(): void {
    if (this.client.remoteAddress === undefined) this.client.destroy();
    else this.client.resetAndDestroy();
  }

  #forward(each: WireMessage): void {
    if (this.#over || this.client.destroyed || !this.#watch.toServer(each)) return;
    if (each.type === 'X') {
      this.client.end();
      return;
    }
    if (each.type === 'Q' || each.type === 'S' || each.type === 'F') this.#owed += 1;
    this.#toServer.add(each.bytes);
  }

  #backward(each: WireMessage): void {
    if (each.type === 'Z') {
      this.#owed -= 1;
      this.#status = String.fromCharCode(each.bytes[5] ?? 0);
    }
    if (this.#over || this.client.destroyed) return;
    if (this.answerHeld) {
      if (each.type === 'Z') this.#watch.toClient(each);
      return;
    }
    if (this.#watch.toClient(each)) this.#toClient.add(each.bytes);
    if (this.#rests()) for (const done of this.#waiting.splice(0)) done();
  }

  /** The client has gone: a server that owes an answer loses the connection, an open transaction is taken back. */
  async #end(): Promise<void> {
    if (this.#owed > 0 || this.#warm.socket.destroyed) {
      this.#finish(false);
      return;
    }
    if (this.#status !== 'I') {
      this.#owed += 1;
      const back = new Promise<void>((done) => {
        const reader = new MessageReader();
        this.#warm.socket.on('data', (piece: Buffer) => {
          if (reader.feed(piece).some(({ type }) => type === 'Z')) done();
        });
      });
      this.#warm.socket.write(queryMessage('ROLLBACK'));
      await back;
    }
    this.#finish(true);
  }

  #finish(cleanly: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#warm.socket.removeAllListeners('data');
    this.#warm.socket.removeAllListeners('close');
    this.#ended.resolve(cleanly);
  }
}
