import pg from 'pg';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { migrate } from '../../electron/remote/migrations/migrate.ts';
import { openSession } from '../support/managed-database.ts';
import { startTestPostgres } from '../support/postgres.ts';
import type { TestDatabase, TestPostgres } from '../support/postgres.ts';
import type { PostgresMajor } from '../support/postgres-releases.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { WarmConnections } from './warm-connections.ts';

/** Seeds that share one database before a fresh one is made: what one class costs must not grow with the number of the others. */
const seedsPerDatabase = 25;

/** A server with everything but classes. */
const stranger = 'sim_stranger';

/** A role with the rights of the script alone. */
const teacher = 'sim_teacher';

/** Who the devices log in as. */
export type Login = 'superuser' | 'teacher';

/** Functions of the server that tell the time of day. The same function would otherwise give every seed other times. */
const timeFunctions = ['clock_timestamp', 'statement_timestamp', 'now', 'transaction_timestamp'] as const;

/** The PostgreSQL of a simulation: a cluster of its own whose clock is the simulation's. */
export class SimServer {
  readonly postgres: TestPostgres;
  readonly #pools: Readonly<Record<Login, WarmConnections>>;
  /** Who the devices of this seed log in as. */
  login: Login = 'superuser';
  readonly #clock: VirtualClock;
  readonly #catalog: Catalog;
  #database: TestDatabase | null = null;
  #admin: pg.Client | null = null;
  #used = 0;
  #made = 0;

  private constructor(postgres: TestPostgres, clock: VirtualClock, catalog: Catalog) {
    this.postgres = postgres;
    this.#clock = clock;
    this.#catalog = catalog;
    const { port, superuser, password } = postgres;
    const host = placeOf(postgres);
    const pool = (user: string): WarmConnections => new WarmConnections({ host, port, user, password });
    this.#pools = { superuser: pool(superuser), teacher: pool(teacher) };
  }

  /** Starts a cluster and makes the database all others are copies of. */
  static async start(
    major: PostgresMajor,
    clock: VirtualClock,
    catalog: Catalog = classroomCatalog,
  ): Promise<SimServer> {
    const postgres = await startTestPostgres({
      major,
      inMemory: true,
      // Nothing looks at the titles of processes, and setting them is a call of the system for every statement.
      settings: {
        allow_system_table_mods: true,
        autovacuum: false,
        synchronous_commit: false,
        update_process_title: false,
      },
    });
    const server = new SimServer(postgres, clock, catalog);
    await server.#makeTemplate();
    return server;
  }

  /** A database with the same objects and no class: what an address leads to when somebody set up the server anew. */
  readonly stranger = stranger;

  get database(): TestDatabase {
    if (this.#database === null) throw new Error('no seed has begun');
    return this.#database;
  }

  /** The connections of the devices of this seed. */
  get pool(): WarmConnections {
    return this.#pools[this.login];
  }

  /** The database of the next seed, whose devices log in like this. */
  async nextSeed(login: Login): Promise<TestDatabase> {
    this.login = login;
    if (this.#database === null || this.#used >= seedsPerDatabase) await this.#freshDatabase();
    this.#used += 1;
    return this.database;
  }

  /** Tells the server what time it is. */
  async tellTime(): Promise<void> {
    await this.rows(`SELECT setval('public.sim_clock', $1)`, [this.#clock.now]);
  }

  /** Carries out one statement as a person with psql would, each cell as text. */
  async rows(sql: string, params: readonly unknown[] = []): Promise<readonly (readonly (string | null)[])[]> {
    if (this.#admin === null) throw new Error('no seed has begun');
    return await textRows(this.#admin, sql, params);
  }

  /** One more session of a person with psql, for transactions that stay open. */
  async foreign(): Promise<pg.Client> {
    const client = this.#client(this.database.database);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Waits until backends whose client is gone have ended: until then they hold their locks. */
  async waitForEnd(pids: readonly number[]): Promise<void> {
    if (pids.length === 0) return;
    for (;;) {
      const [found] = await this.rows('SELECT count(*) FROM pg_stat_activity WHERE pid = ANY ($1)', [pids]);
      if (found?.[0] === '0') return;
    }
  }

  async stop(): Promise<void> {
    await this.#endPools();
    await this.#admin?.end();
    await this.postgres.stop();
  }

  async #makeTemplate(): Promise<void> {
    const template = await this.postgres.createDatabase('sim_template');
    const session = await openSession(template);
    await session.query('CREATE SEQUENCE public.sim_clock MINVALUE 0');
    await session.query(`SELECT setval('public.sim_clock', ${this.#clock.now})`);
    for (const name of timeFunctions) {
      await session.query(`ALTER FUNCTION pg_catalog.${name}() RENAME TO real_${name}`);
      await session.query(`CREATE FUNCTION pg_catalog.${name}() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT pg_catalog.to_timestamp(last_value / 1000.0) FROM public.sim_clock $$`);
    }
    await session.query('GRANT SELECT ON SEQUENCE public.sim_clock TO PUBLIC');
    await session.query(`CREATE ROLE ${teacher} LOGIN PASSWORD '${this.postgres.password}'`);
    await migrate(session, { catalog: this.#catalog, grantTo: [teacher] });
    await session.close();
    await this.#copyDatabase('sim_template', stranger);
  }

  /** A copy of the database of this seed. Nobody may hold a transaction open. */
  async save(): Promise<string> {
    const { database } = this.database;
    this.#made += 1;
    const saved = `sim_saved_${this.#made}`;
    await this.#alone(async () => await this.#copyDatabase(database, saved));
    return saved;
  }

  /** The database of this seed becomes what it was when it was saved, as restoring a dump makes it; the copy is gone. */
  async restore(saved: string): Promise<void> {
    const { database } = this.database;
    await this.#alone(
      async () => await this.#control(...this.#dropping(database), `ALTER DATABASE ${saved} RENAME TO ${database}`),
    );
    await this.tellTime();
  }

  /** A session of a person with psql in another database than that of this seed. */
  async sessionIn(database: string): Promise<pg.Client> {
    const client = this.#client(database);
    await client.connect();
    return client;
  }

  async forget(saved: string): Promise<void> {
    await this.#endPools(saved);
    await this.#control(...this.#dropping(saved));
  }

  /** Statements after which a database is gone with whoever is logged in to it. PostgreSQL 12 has no one statement for it. */
  #dropping(database: string): readonly string[] {
    if (this.postgres.major >= 13) return [`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`];
    const ending = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`;
    return [ending, `DROP DATABASE IF EXISTS ${database}`];
  }

  /** Does something while nobody is logged in to the database of this seed. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const { database } = this.database;
    await this.#admin?.end();
    await this.#endPools(database);
    await work();
    this.#admin = this.#client(database);
    await this.#admin.connect();
  }

  /** Copies the files of a database: writing them to the log as well takes several times as long. */
  async #copyDatabase(from: string, to: string): Promise<void> {
    const strategy = this.postgres.major >= 15 ? 'STRATEGY FILE_COPY' : '';
    await this.#control(`CREATE DATABASE ${to} TEMPLATE ${from} ${strategy}`);
  }

  async #endPools(database?: string): Promise<void> {
    for (const pool of Object.values(this.#pools)) await pool.end(database);
  }

  async #control(...statements: readonly string[]): Promise<void> {
    const control = this.#client('postgres');
    await control.connect();
    for (const statement of statements) await control.query(statement);
    await control.end();
  }

  async #freshDatabase(): Promise<void> {
    const old = this.#database;
    await this.#admin?.end();
    if (old !== null) await this.#endPools(old.database);
    this.#made += 1;
    const name = `sim_${this.#made}`;
    if (old !== null) await this.#control(...this.#dropping(old.database));
    await this.#copyDatabase('sim_template', name);
    const config = this.#config(name);
    const { host, port, user, password } = config;
    this.#database = { database: name, url: `postgres://${user}:${password}@${host}:${port}/${name}`, config };
    this.#admin = this.#client(name);
    await this.#admin.connect();
    this.#used = 0;
  }

  #config(database: string): TestDatabase['config'] {
    const { host, port, superuser: user, password } = this.postgres;
    return { host, port, user, password, database };
  }

  /** A client of the simulation itself, which speaks to no network. */
  #client(database: string): pg.Client {
    return new pg.Client({ ...this.#config(database), host: placeOf(this.postgres) });
  }
}

/** Where the simulation itself speaks to its server: over a socket of the file system where there is one, which costs less than the network of the machine. */
function placeOf({ host, socketDir }: TestPostgres): string {
  return process.platform === 'win32' ? host : socketDir;
}

/** The rows of an answer, each cell as the server writes it. */
export async function textRows(
  client: pg.Client,
  sql: string,
  params: readonly unknown[] = [],
): Promise<readonly (readonly (string | null)[])[]> {
  const types = { getTypeParser: () => (value: string) => value };
  const name = params.length === 0 ? undefined : nameOf(sql);
  const query = { name, text: sql, values: [...params], rowMode: 'array' as const, types };
  return (await client.query<(string | null)[]>(query)).rows;
}

/** What statements with parameters are called where they are prepared: planning costs more than most of them. */
const names = new Map<string, string>();

function nameOf(sql: string): string {
  const found = names.get(sql) ?? `sim_${names.size}`;
  names.set(sql, found);
  return found;
}
