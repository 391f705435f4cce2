import { quoteLiteral } from './identifiers.ts';
import type { PgSession } from './pg-session.ts';

/** A column as the server really has it. */
export interface FoundColumn {
  readonly name: string;
  /** As `format_type` prints it, for example `timestamp with time zone`; an enum by schema and name, without quotes. */
  readonly type: string;
  /** The words of an enum, in order; null for every other type. */
  readonly labels: readonly string[] | null;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
}

/** A trigger that people or we made. `enabled` is the server's letter: A always, O ordinary, R replica, D off. */
export interface FoundTrigger {
  readonly name: string;
  readonly enabled: string;
}

/** Something that may refuse a row of a table. `referenced`: a foreign key of another table that names this one. */
export interface FoundRule {
  readonly kind: 'primary-key' | 'check' | 'unique' | 'exclusion' | 'foreign-key' | 'referenced' | 'policy';
  readonly name: string;
  /** Of a foreign key: its columns, and the table it names; of one that names this table: the table it is of. With their schema. */
  readonly columns: readonly string[];
  readonly other: string | null;
  /** Schema and name of a rule that may wait for the end of a transaction; null for all others. */
  readonly late: readonly [schema: string, name: string] | null;
}

/** A relation of a schema. `kind` is the server's letter: r table, p partitioned table, v view, m materialized view, f foreign table. */
export interface FoundRelation {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly FoundColumn[];
  readonly triggers: readonly FoundTrigger[];
  readonly rules: readonly FoundRule[];
}

/** What a schema holds, and what this role may do with it. */
export interface FoundSchema {
  readonly exists: boolean;
  readonly relations: ReadonlyMap<string, FoundRelation>;
  readonly encoding: string;
  readonly mayUse: boolean;
  /** May make a schema in this database. */
  readonly mayCreate: boolean;
  /** May make temporary tables, which a run needs. */
  readonly mayMakeTemporary: boolean;
  readonly superuser: boolean;
  /** Owns the schema, or may act as its owner, without being superuser. */
  readonly owner: boolean;
}

/** Reads what really stands in a schema. System catalogs only, one round trip, any role may. */
export async function introspect(session: PgSession, schema: string, signal?: AbortSignal): Promise<FoundSchema> {
  const name = quoteLiteral(schema);
  const relations = `FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = ${name}`;
  const [facts, found, columns, triggers, rules] = await session.pipeline(
    [
      {
        sql: `SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ${name}), pg_catalog.current_setting('server_encoding'),
  coalesce((SELECT pg_catalog.has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = ${name}), false),
  pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'), pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP'),
  (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
  coalesce((SELECT pg_catalog.pg_has_role(nspowner, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = ${name}), false)`,
      },
      { sql: `SELECT c.relname, c.relkind ${relations} ORDER BY 1` },
      {
        sql: `SELECT c.relname, a.attname, CASE t.typtype WHEN 'e' THEN m.nspname || '.' || t.typname ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END,
  NOT a.attnotnull, a.atthasdef OR a.attidentity <> '',
  CASE t.typtype WHEN 'e' THEN (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END
  ${relations} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace m ON m.oid = t.typnamespace ORDER BY 1, a.attnum`,
      },
      {
        sql: `SELECT c.relname, t.tgname, t.tgenabled ${relations} JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY 1, 2`,
      },
      { sql: rulesOf(relations) },
    ],
    { signal },
  );
  const fact = (index: number): string => facts?.rows[0]?.[index] ?? '';
  return {
    exists: fact(0) === 't',
    encoding: fact(1),
    mayUse: fact(2) === 't',
    mayCreate: fact(3) === 't',
    mayMakeTemporary: fact(4) === 't',
    superuser: fact(5) === 't',
    owner: fact(5) !== 't' && fact(6) === 't',
    relations: assemble(found?.rows ?? [], columns?.rows ?? [], triggers?.rows ?? [], rules?.rows ?? []),
  };
}

type TextRow = readonly (string | null)[];

function assemble(
  found: readonly TextRow[],
  columns: readonly TextRow[],
  triggers: readonly TextRow[],
  rules: readonly TextRow[],
): Map<string, FoundRelation> {
  const columnsOf = Map.groupBy(columns, ([relation]) => relation);
  const triggersOf = Map.groupBy(triggers, ([relation]) => relation);
  const rulesByRelation = Map.groupBy(rules, ([relation]) => relation);
  return new Map(
    found.map(([name, kind]) => [
      name ?? '',
      {
        name: name ?? '',
        kind: kind ?? '',
        columns: (columnsOf.get(name ?? '') ?? []).map(([, column, type, nullable, hasDefault, labels]) => ({
          name: column ?? '',
          type: type ?? '',
          labels: labels === null || labels === undefined ? null : (JSON.parse(labels) as readonly string[]),
          nullable: nullable === 't',
          hasDefault: hasDefault === 't',
        })),
        triggers: (triggersOf.get(name ?? '') ?? []).map(([, trigger, enabled]) => ({
          name: trigger ?? '',
          enabled: enabled ?? '',
        })),
        rules: (rulesByRelation.get(name ?? '') ?? []).flatMap(readRule),
      },
    ]),
  );
}

const ruleKinds: Readonly<Record<string, FoundRule['kind']>> = {
  p: 'primary-key',
  c: 'check',
  u: 'unique',
  x: 'exclusion',
  f: 'foreign-key',
  r: 'referenced',
  y: 'policy',
};

function readRule([, letter, name, columns, other, lateSchema]: TextRow): readonly FoundRule[] {
  const kind = ruleKinds[letter ?? ''];
  if (kind === undefined) return [];
  return [
    {
      kind,
      name: name ?? '',
      columns: columns === null || columns === undefined ? [] : (JSON.parse(columns) as readonly string[]),
      other: other ?? null,
      late: lateSchema === null || lateSchema === undefined ? null : [lateSchema, name ?? ''],
    },
  ];
}

/** Constraints of a table, unique indexes without one, foreign keys of others that name it (found by the trigger they put on it), and policies that bind this role. */
function rulesOf(relations: string): string {
  const columns = `(SELECT pg_catalog.json_agg(a.attname ORDER BY x.n) FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY x(attnum, n) JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.attnum)`;
  const of = (oid: string): string =>
    `(SELECT m.nspname || '.' || o.relname FROM pg_catalog.pg_class o JOIN pg_catalog.pg_namespace m ON m.oid = o.relnamespace WHERE o.oid = ${oid})`;
  const late =
    'CASE WHEN k.condeferrable THEN (SELECT m.nspname FROM pg_catalog.pg_namespace m WHERE m.oid = k.connamespace) END';
  return `SELECT c.relname, k.contype::text, k.conname, CASE k.contype WHEN 'f' THEN ${columns}::text END, CASE k.contype WHEN 'f' THEN ${of('k.confrelid')} END, ${late}
  ${relations} JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'c', 'u', 'x', 'f')
UNION ALL SELECT c.relname, 'u', o.relname, NULL, NULL, NULL
  ${relations} JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisunique JOIN pg_catalog.pg_class o ON o.oid = i.indexrelid
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
UNION ALL SELECT DISTINCT c.relname, 'r', k.conname, NULL, ${of('k.conrelid')}, ${late}
  ${relations} JOIN pg_catalog.pg_trigger g ON g.tgrelid = c.oid AND g.tgisinternal JOIN pg_catalog.pg_constraint k ON k.oid = g.tgconstraint AND k.confrelid = c.oid AND k.contype = 'f'
UNION ALL SELECT c.relname, 'y', y.polname, NULL, NULL, NULL
  ${relations} JOIN pg_catalog.pg_policy y ON y.polrelid = c.oid WHERE pg_catalog.row_security_active(c.oid) ORDER BY 1, 2, 3`;
}
