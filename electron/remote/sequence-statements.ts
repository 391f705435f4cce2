import { cell, effectTable } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { hasSequence, sequenceName } from './row-sql.ts';

/**
 * Raises the sequences behind keys to the largest one that was added, so that the next key the server gives is free. Never lowers one: a small distance is gone
 * step by step like any other caller's, because between reading and setting a sequence others may draw from it.
 */
export function sequenceStatements(run: RunSql): readonly PgStatement[] {
  return run.shape
    .tablesWith('add')
    .filter(hasSequence)
    .map((table) => {
      const sequence = quoteLiteral(sequenceName(run.catalog, table));
      const key = `${cell(table, table.key[0] ?? '', 'r')}::int8`;
      return {
        sql: `SELECT CASE WHEN s.top - s.last > ${fewSteps} THEN pg_catalog.setval(${sequence}, s.top)
  ELSE (SELECT max(pg_catalog.nextval(${sequence})) FROM pg_catalog.generate_series(1, s.top - s.last)) END
FROM (SELECT max(${key}) AS top, coalesce(pg_catalog.pg_sequence_last_value(${sequence}), 0) AS last
  FROM ${effectTable} e WHERE e.tbl = ${quoteLiteral(table.name)} AND e.op = 'add' AND e.state IS NULL) s WHERE s.top > s.last`,
      };
    });
}

/** Up to this distance a sequence is drawn from until it is there. */
const fewSteps = 1_000;
