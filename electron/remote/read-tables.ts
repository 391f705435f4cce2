import type { FoundTable, FoundTables } from '../../shared/catalog/found-tables.ts';
import { AppError } from '../../shared/errors.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgSession } from './pg-session.ts';

/** Most relations that are looked at, by name: many more than a catalog holds. */
const mostRelations = 5_000;

/**
 * Reads what a schema holds, in one snapshot: system catalogs only, which every role may read, whatever rights it has on the tables.
 * Throws `not-found` where there is no such schema.
 */
export async function readTables(session: PgSession, schema: string, signal?: AbortSignal): Promise<FoundTables> {
  const ours = `${relations} WHERE n.nspname = ${quoteLiteral(schema)} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;
  const [, facts, found] = await session.pipeline(
    [
      { sql: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''` },
      {
        sql: `SELECT pg_catalog.current_setting('server_encoding'), EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ${quoteLiteral(schema)})`,
      },
      { sql: `SELECT ${description} ${ours} ORDER BY c.relname LIMIT ${mostRelations}` },
      { sql: 'COMMIT' },
    ],
    { signal },
  );
  const [encoding, exists] = facts?.rows[0] ?? [];
  if (exists !== 't') throw new AppError('not-found', { what: 'schema' });
  return {
    schema,
    encoding: encoding ?? '',
    tables: (found?.rows ?? []).map(([table]) => JSON.parse(table ?? 'null') as FoundTable),
  };
}

const relations = 'FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace';

/** The names of the columns an array of numbers names, in its order; null for an expression. */
const names = (relation: string, numbers: string): string =>
  `(SELECT coalesce(pg_catalog.json_agg(a.attname ORDER BY k.place), '[]') FROM pg_catalog.unnest(${numbers}) WITH ORDINALITY k (number, place)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.number)`;

/** All rows of a query as one JSON array. */
const all = (row: string, rest: string, order: string): string =>
  `(SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(${row}) ORDER BY ${order}), '[]') ${rest})`;

const columns = all(
  `'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'nullable', NOT a.attnotnull,
    'default', CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, 'identity', a.attidentity <> '', 'generated', a.attgenerated <> '',
    'enum', CASE t.typtype WHEN 'e' THEN pg_catalog.json_build_object('schema', m.nspname, 'name', t.typname,
      'labels', (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)) END`,
  `FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace m ON m.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`,
  'a.attnum',
);

const foreignKeys = all(
  `'name', f.conname, 'columns', ${names('f.conrelid', 'f.conkey')}, 'schema', m.nspname, 'table', r.relname, 'references', ${names('f.confrelid', 'f.confkey')}, 'onDelete', f.confdeltype`,
  `FROM pg_catalog.pg_constraint f JOIN pg_catalog.pg_class r ON r.oid = f.confrelid JOIN pg_catalog.pg_namespace m ON m.oid = r.relnamespace
    WHERE f.conrelid = c.oid AND f.contype = 'f'`,
  'f.conname',
);

// Columns an index only carries along come after those of its key. Whether NULLs are equal to each other is said from PostgreSQL 15 on.
const unique = all(
  `'name', i.relname, 'columns', ${names('x.indrelid', 'x.indkey[0:x.indnkeyatts - 1]')}, 'predicate', pg_catalog.pg_get_expr(x.indpred, x.indrelid),
    'nullsAreEqual', coalesce((pg_catalog.to_jsonb(x) ->> 'indnullsnotdistinct')::bool, false)`,
  `FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = c.oid AND x.indisunique AND NOT x.indisprimary AND x.indisvalid`,
  'x.indexrelid',
);

const description = `pg_catalog.json_build_object('name', c.relname, 'kind', c.relkind,
  'inherits', c.relispartition OR EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE c.oid IN (h.inhrelid, h.inhparent)),
  'key', coalesce((SELECT ${names('p.conrelid', 'p.conkey')} FROM pg_catalog.pg_constraint p WHERE p.conrelid = c.oid AND p.contype = 'p'), '[]'),
  'columns', ${columns},
  'foreignKeys', ${foreignKeys},
  'unique', ${unique},
  'checks', ${all(`'name', k.conname, 'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid)`, `FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'`, 'k.conname')},
  'exclusions', (SELECT coalesce(pg_catalog.json_agg(k.conname ORDER BY k.conname), '[]') FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'x'),
  'grants', (SELECT pg_catalog.json_build_object('insert', coalesce(pg_catalog.bool_or(g.privilege_type = 'INSERT'), false),
      'update', coalesce(pg_catalog.bool_or(g.privilege_type IN ('UPDATE', 'DELETE')), false))
    FROM (SELECT acl.grantee, acl.privilege_type FROM pg_catalog.aclexplode(c.relacl) acl
      UNION ALL SELECT acl.grantee, acl.privilege_type FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) acl WHERE a.attrelid = c.oid) g
    WHERE g.grantee <> c.relowner),
  'rowTriggers', (SELECT coalesce(pg_catalog.json_agg(t.tgname ORDER BY t.tgname), '[]') FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND (t.tgtype & 3) = 3 AND (t.tgtype & 20) <> 0))`;
