/**
 * What each promise of an upload costs PostgreSQL, a row: the rows themselves, then one thing more at a time, in plain SQL of the shape the app's statements have and
 * without the app. Less than their sum no upload can take that keeps all of them. Processor time of the server's process where the machine tells it (Linux), else
 * the clock.
 */
import { existsSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { startTestPostgres } from '../support/postgres.ts';
import { measure } from './support/bench.ts';

const rows = 30_000;
const rounds = 3;
const scope = `'0190a000-0000-7000-8000-000000000001'::uuid`;
const cells = ['id', 'student_id', 'reason_id', 'text', 'delta', 'note', 'at', 'by', 'device_id', 'device_name'];
const types = ['uuid', 'uuid', 'uuid', 'text', 'int4', 'text', 'timestamptz', 'text', 'uuid', 'text'];
const columns = `class_id uuid, ${cells.map((name, index) => `${name} ${types[index] ?? ''}`).join(', ')}`;
const key = 'PRIMARY KEY (class_id, id)';

/** Points as a run sends them, as text, and tables that promise one thing more each. */
const prepared = `DROP SCHEMA IF EXISTS promise CASCADE; CREATE SCHEMA promise;
CREATE TABLE promise.student (class_id uuid, id uuid, PRIMARY KEY (class_id, id));
INSERT INTO promise.student SELECT ${scope}, gen_random_uuid() FROM generate_series(1, 1000);
CREATE TABLE promise.bare (${columns});
CREATE TABLE promise.keyed (${columns}, ${key});
CREATE TABLE promise.indexed (${columns}, ${key}); CREATE INDEX ON promise.indexed (class_id, student_id);
CREATE TABLE promise.referring (${columns}, ${key}, FOREIGN KEY (class_id, student_id) REFERENCES promise.student DEFERRABLE);
CREATE INDEX ON promise.referring (class_id, student_id);
CREATE TABLE promise.row_state (scope uuid, tbl text COLLATE "C", pk text COLLATE "C", ver int8, xid int8, deleted boolean,
  content_at_delete jsonb, edited_from timestamptz, edited_to timestamptz, PRIMARY KEY (scope, tbl, pk));
CREATE INDEX ON promise.row_state (scope, xid); CREATE INDEX ON promise.row_state (scope) WHERE deleted;
DROP TABLE IF EXISTS sent;
CREATE TEMPORARY TABLE sent AS SELECT 'score_event'::text COLLATE "C" AS tbl, '["' || id || '"]' AS pk, id::text AS r1, student AS r2, id::text AS r3,
  'Helped a classmate'::text AS r4, '1'::text AS r5, NULL::text AS r6, '2026-11-20T08:00:00.000Z'::text AS r7, NULL::text AS r8, id::text AS r9, 'A'::text AS r10
FROM (SELECT ('0190a000-' || lpad(to_hex(n / 4096), 4, '0') || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
  (SELECT array_agg(s.id::text) FROM promise.student s) [1 + n % 1000] AS student FROM generate_series(1, ${rows}) n) points;
ANALYZE sent`;

const typed = types.map((type, index) => `r${index + 1}::${type}`).join(', ');
const same = cells.map((name, index) =>
  name === 'at'
    ? `t.at IS NOT DISTINCT FROM e.r${index + 1}::timestamptz`
    : `t.${name}::text COLLATE "C" IS NOT DISTINCT FROM e.r${index + 1}`,
);
const into = (table: string): string => `INSERT INTO promise.${table} SELECT ${scope}, ${typed} FROM sent`;

/** Each writes, or proves, what the ones before it do and one thing more, or that thing alone. */
const steps = [
  ['rows', 'The rows alone: cast from text and written into a table without anything', into('bare')],
  ['key', 'The same with the primary key', into('keyed')],
  ['index', 'The same with an index for the foreign key', into('indexed')],
  ['foreign-key', 'The same with the foreign key checked', into('referring')],
  [
    'journal',
    'The journal’s rows alone, with their indexes',
    `INSERT INTO promise.row_state AS s SELECT r.class_id, 'score_event', '[' || to_json(r.id::text)::text || ']', 1, txid_current(), t.class_id IS NULL, NULL, now(), now()
FROM promise.referring r LEFT JOIN promise.referring t ON t.class_id = r.class_id AND t.id = r.id ON CONFLICT (scope, tbl, pk) DO UPDATE SET ver = s.ver + 1`,
  ],
  [
    'journal-proof',
    'The proof that the journal says what was meant, alone',
    `SELECT 1 FROM (SELECT * FROM promise.row_state WHERE xid = txid_current()) j FULL JOIN sent e ON j.tbl = e.tbl AND j.pk = e.pk WHERE j.deleted IS DISTINCT FROM false`,
  ],
  [
    'read-back',
    'The comparison of what was written with what was sent, alone',
    `SELECT 1 FROM sent e LEFT JOIN promise.referring t ON t.id = e.r1::uuid WHERE NOT CASE WHEN t.class_id IS NOT NULL THEN ${same.join(' AND ')} ELSE false END`,
  ],
] as const;

/** Microseconds a process has used a processor; of no use where the system does not tell: then those of the clock. */
function usedBy(pid: number): number {
  const file = `/proc/${pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1_000 : performance.now() * 1_000;
}

await measure(async (bench) => {
  const server = await startTestPostgres();
  try {
    const client = new pg.Client((await server.createDatabase()).config);
    await client.connect();
    const { rows: found } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const [{ pid } = { pid: 0 }] = found;
    const took = new Map<string, number[]>(steps.map(([id]) => [id, []]));
    for (let round = 0; round < rounds; round += 1) {
      await client.query(prepared);
      await client.query('BEGIN; SET LOCAL enable_nestloop = off');
      for (const [id, , sql] of steps) {
        const before = usedBy(pid);
        const { rowCount } = await client.query(sql);
        took.get(id)?.push((usedBy(pid) - before) / rows);
        if (rowCount !== (sql.startsWith('INSERT') ? rows : 0)) throw new Error(`${id} met ${rowCount ?? 0} rows`);
        await client.query('ANALYZE promise.row_state, promise.referring');
      }
      await client.query('COMMIT');
    }
    for (const [id, what] of steps)
      bench.figure({ id: `promise-${id}`, what, unit: 'µs a row', values: took.get(id) ?? [] });
    await client.end();
  } finally {
    await server.stop();
  }
});
