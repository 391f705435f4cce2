import { Socket } from 'node:net';
import pg from 'pg';
import { MessageReader, message, queryMessage } from './wire.ts';

/** What `DISCARD ALL` does, but that the server keeps the plans of its own functions: making them again costs more than most of what they do. */
const forgetting =
  'CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES';

/** Where a server is and who logs in; a host that is a folder is that of its socket. */
export interface ServerLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** A connection that is logged in, as a client behind it sees it. */
export interface WarmConnection {
  readonly socket: Socket;
  readonly database: string;
  readonly pid: number;
  /** What the server says to a client that has logged in. */
  readonly greeting: Buffer;
}

/**
 * Connections that are kept between two uses, as a session pooler does: what was set is discarded, what the server has learnt of the schema stays. Starting a
 * connection costs more than most steps of a simulation.
 */
export class WarmConnections {
  readonly #login: ServerLogin;
  readonly #idle: WarmConnection[] = [];

  constructor(login: ServerLogin) {
    this.#login = login;
  }

  async take(database: string): Promise<WarmConnection> {
    const place = this.#idle.findLastIndex((each) => each.database === database && !each.socket.destroyed);
    if (place < 0) return await this.#open(database);
    const [found] = this.#idle.splice(place, 1);
    if (found === undefined) throw new Error('no connection');
    return found;
  }

  /** Keeps a connection that is in no transaction and owes no answer. */
  async give(connection: WarmConnection): Promise<void> {
    const { socket } = connection;
    const reader = new MessageReader();
    const ready = Promise.withResolvers<boolean>();
    // A database that is put back takes its connections along.
    socket.once('close', () => ready.resolve(false));
    socket.on('data', (piece: Buffer) => {
      if (reader.feed(piece).some(({ type }) => type === 'Z')) ready.resolve(true);
    });
    socket.write(queryMessage(forgetting));
    const kept = await ready.promise;
    socket.removeAllListeners('data');
    socket.removeAllListeners('close');
    if (kept) this.#idle.push(connection);
  }

  /** Ends those kept for a database, or all. */
  async end(database?: string): Promise<void> {
    const ending = this.#idle.filter((each) => database === undefined || each.database === database);
    for (const each of ending) {
      this.#idle.splice(this.#idle.indexOf(each), 1);
      each.socket.end(message('X', Buffer.alloc(0)));
    }
    await Promise.all(
      ending.map(async ({ socket }) => await new Promise<void>((done) => socket.once('close', () => done()))),
    );
  }

  async #open(database: string): Promise<WarmConnection> {
    const socket = new Socket();
    socket.setNoDelay(true);
    const client = new pg.Client({
      ...this.#login,
      database,
      ssl: false,
      stream: () => socket,
      options: '-c TimeZone=UTC -c DateStyle=ISO,MDY',
    });
    const greeting: Buffer[] = [message('R', Buffer.from([0, 0, 0, 0]))];
    let pid = 0;
    client.connection.on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
      greeting.push(message('S', Buffer.from(`${parameterName}\0${parameterValue}\0`)));
    });
    client.connection.on('backendKeyData', ({ processID, secretKey }: Record<string, number>) => {
      pid = processID ?? 0;
      const key = Buffer.alloc(8);
      key.writeInt32BE(pid, 0);
      key.writeInt32BE(secretKey ?? 0, 4);
      greeting.push(message('K', key));
    });
    client.on('error', () => undefined);
    await client.connect();
    for (const event of ['data', 'end', 'close', 'error', 'connect']) socket.removeAllListeners(event);
    socket.on('error', () => socket.destroy());
    greeting.push(message('Z', Buffer.from('I')));
    return { socket, database, pid, greeting: Buffer.concat(greeting) };
  }
}
