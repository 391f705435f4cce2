import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { connect } from '../../electron/remote/connect.ts';
import { migrate } from '../../electron/remote/migrations/migrate.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import type { TestDatabase } from './postgres.ts';
import { testDatabase } from './test-database.ts';

/** A fresh database with the managed schema, one class, and a role that has only the rights `grantTo` gives. */
export interface ManagedDatabase extends AsyncDisposable {
  readonly database: TestDatabase;
  /** The class made in it. */
  readonly classId: string;
  /** The owner of the schema, a superuser: stands for people with psql. */
  readonly owner: PgSession;
  /** Name of the role with few rights. */
  readonly role: string;
  /** One more connection of the role with few rights; closed with the database. */
  session(login?: { readonly port?: number }): Promise<PgSession>;
  /** One more connection of the owner; closed with the database. */
  foreign(): Promise<PgSession>;
}

/** Logs in to a test database. */
export async function openSession(
  database: TestDatabase,
  login: { readonly user?: string; readonly password?: string; readonly port?: number } = {},
): Promise<PgSession> {
  const { host, port, user, password, database: name } = { ...database.config, ...login };
  return await connect({
    host,
    port,
    user,
    password,
    database: name,
    tls: 'disable',
    ca: null,
    fingerprint: null,
    applicationName: 'tallybook test',
  });
}

/** Makes a managed database on the shared server, or in the database given. */
export async function managedDatabase(given?: TestDatabase): Promise<ManagedDatabase> {
  const database = given ?? (await testDatabase());
  const owner = await openSession(database);
  const role = `teacher_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  await owner.query(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
  await migrate(owner, { catalog: classroomCatalog, grantTo: [role] });
  const classId = randomUUID();
  await owner.query(`INSERT INTO tallybook.class (id, name) VALUES ($1, '5B')`, [classId]);
  await owner.query(`INSERT INTO tallybook.gc_horizon (class_id) VALUES ($1)`, [classId]);
  await owner.query(`INSERT INTO tallybook.class_secret (class_id, secret) VALUES ($1, $2)`, [
    classId,
    randomBytes(32).toString('hex'),
  ]);
  const open: PgSession[] = [owner];
  const opened = async (login: {
    readonly user?: string;
    readonly password?: string;
    readonly port?: number;
  }): Promise<PgSession> => {
    const session = await openSession(database, login);
    open.push(session);
    return session;
  };
  return {
    database,
    classId,
    owner,
    role,
    session: async (login = {}) => await opened({ user: role, password, ...login }),
    foreign: async () => await opened({}),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(open.map(async (session) => await session.close()));
    },
  };
}

/** Waits until a statement in this database waits for a lock. */
export async function waitForBlocked(db: ManagedDatabase): Promise<void> {
  const blocked =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await expect
    .poll(async () => (await db.owner.query(blocked)).rows[0]?.[0], { interval: 10, timeout: 20_000 })
    .not.toBe('0');
}
