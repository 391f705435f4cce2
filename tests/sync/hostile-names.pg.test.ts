import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { serverBookkeeping } from '../../shared/catalog/reserved-names.ts';
import { firstUpload, joinClass, startDevice } from '../support/device.ts';
import { expectSame, settle } from '../support/pair.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';

const ourTables = [...classroomCatalog.tables.map(({ name }) => name), ...serverBookkeeping];

/** Two devices do everything once: set up, upload, join, both directions, a conflict-free merge, a deletion. */
async function story(database: TestDatabase): Promise<void> {
  const [one, two] = [await startDevice('Room 301 PC'), await startDevice('Office PC')];
  onTestFinished(async () => {
    for (const device of [one, two]) await device[Symbol.asyncDispose]();
  });
  const a = await firstUpload(one, database);
  const b = await joinClass(two, database);
  await a.award('Li W', 5);
  await b.award('Li W', 2);
  await b.call('student.delete', { ids: [(await b.student('Chen Yu')).id] });
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { note: 'x' }, tag: ['choir'] });
  await settle(a, b);
  await expectSame(a, b);
  await one.call('connection.test', { classId: a.classId, connectionId: a.connectionId });
}

it('what somebody else calls now, uuid or row_state in public is never used, neither by us nor by the journal', async () => {
  const database = await testDatabase();
  const hijack = (name: string, args: string, returns: string): string =>
    `CREATE FUNCTION evil.${name}(${args}) RETURNS ${returns} LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked ${name}'; END $$;`;
  await sql(
    database.config,
    [
      'CREATE SCHEMA evil; GRANT USAGE, CREATE ON SCHEMA evil TO PUBLIC;',
      hijack('txid_current', '', 'int8'),
      hijack('txid_current_snapshot', '', 'txid_snapshot'),
      hijack('now', '', 'timestamptz'),
      hijack('clock_timestamp', '', 'timestamptz'),
      hijack('statement_timestamp', '', 'timestamptz'),
      hijack('hashtext', 'text', 'int4'),
      hijack('current_setting', 'text, boolean', 'text'),
      hijack('to_json', 'text', 'json'),
      hijack('pg_advisory_xact_lock', 'int4, int4', 'void'),
      hijack('json_array_elements', 'json', 'SETOF json'),
      hijack('same_uuid', 'uuid, uuid', 'boolean'),
      hijack('same_text', 'text, text', 'boolean'),
      hijack('text_to_uuid', 'text', 'uuid'),
      'CREATE OPERATOR evil.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = evil.same_uuid);',
      'CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same_text);',
      'CREATE DOMAIN evil.uuid AS pg_catalog.uuid CHECK (false); CREATE DOMAIN evil.int4 AS pg_catalog.int4 CHECK (false);',
      'CREATE TABLE evil.pg_class (oid int); CREATE TABLE evil.pg_trigger (oid int); CREATE TABLE evil.pg_stat_xact_user_tables (relid int);',
      ...ourTables.map((table) => `CREATE TABLE evil."${table}" (nothing int);`),
      `ALTER DATABASE "${database.database}" SET search_path = evil, public, pg_catalog`,
    ].join('\n'),
  );
  // Whoever does not set a path of his own meets it.
  await expect(sql(database.config, 'SELECT now()')).rejects.toThrow('hijacked now');
  await story(database);
  for (const table of ourTables) expect(await sql(database.config, `SELECT * FROM evil."${table}"`)).toEqual([]);
  // A person with psql, whose path leads there, is journalled all the same.
  const before = await sql(database.config, 'SELECT ver FROM tallybook.row_state ORDER BY tbl, pk LIMIT 1');
  expect(before).toHaveLength(1);
  await sql(database.config, `UPDATE tallybook.student SET note = 'from psql'`);
  expect(
    await sql(
      database.config,
      `SELECT 1 FROM tallybook.row_state WHERE tbl OPERATOR(pg_catalog.=) 'student' AND ver OPERATOR(pg_catalog.>) 1 LIMIT 1`,
    ),
  ).toHaveLength(1);
}, 120_000);

it('every function we make on the server names the schemas it looks in, whoever calls it', async () => {
  const database = await testDatabase();
  await using device = await startDevice('Room 301 PC');
  await firstUpload(device, database);
  const ours = `FROM pg_proc WHERE pronamespace = 'tallybook'::regnamespace`;
  expect((await sql(database.config, `SELECT proname ${ours}`)).length).toBeGreaterThan(3);
  const open = `NOT EXISTS (SELECT FROM unnest(proconfig) c WHERE c LIKE 'search_path=%')`;
  expect(await sql(database.config, `SELECT proname ${ours} AND ${open} ORDER BY 1`)).toEqual([]);
});

/** A relay in front of a server that keeps the text of every statement that goes through. */
async function recorder(
  database: TestDatabase,
): Promise<{ readonly database: TestDatabase; readonly statements: string[] }> {
  const statements: string[] = [];
  const { host, port } = database.config;
  const server = createServer((client) => {
    const upstream = connect({ host, port });
    let waiting = Buffer.alloc(0);
    let started = false;
    client.on('data', (piece: Buffer) => {
      waiting = Buffer.concat([waiting, piece]);
      for (;;) {
        const head = started ? 1 : 0;
        if (waiting.length < head + 4) break;
        const end = head + waiting.readUInt32BE(head);
        if (waiting.length < end) break;
        const letter = started ? String.fromCharCode(waiting[0] ?? 0) : '';
        const body = waiting.subarray(head + 4, end).toString();
        if (letter === 'Q') statements.push(body.split('\0')[0] ?? '');
        if (letter === 'P') statements.push(body.split('\0')[1] ?? '');
        waiting = waiting.subarray(end);
        started = true;
      }
      upstream.write(piece);
    });
    upstream.on('data', (piece) => client.write(piece));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const own = (server.address() as AddressInfo).port;
  return { statements, database: { ...database, config: { ...database.config, port: own } } };
}

it('every statement names every relation with its schema', async () => {
  const { database, statements } = await recorder(await testDatabase());
  await story(database);
  expect(statements.length).toBeGreaterThan(100);
  const wanted =
    /\b(?:FROM|JOIN|INTO|UPDATE|COPY|ONLY|REFERENCES|TRUNCATE|TABLE|ON)\s+("?[a-z_]\w*"?)(?![\w"]*\s*[.(])/gi;
  const known = new Set([
    ...ourTables,
    'tallybook_effect',
    'pg_class',
    'pg_trigger',
    'pg_namespace',
    'pg_proc',
    'pg_roles',
    'pg_database',
  ]);
  const unqualified = statements.flatMap((statement) =>
    [...statement.matchAll(wanted)]
      .map(([, name]) => (name ?? '').replaceAll('"', ''))
      .filter((name) => known.has(name) || name.startsWith('pg_'))
      .map((name) => `${name}: ${statement.slice(0, 160)}`),
  );
  // Made by name in the session's own temporary schema, where nothing else can be meant.
  expect(unqualified.filter((each) => !each.startsWith('tallybook_effect: CREATE TEMPORARY TABLE'))).toEqual([]);
}, 120_000);
