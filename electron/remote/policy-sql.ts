import { createHash } from 'node:crypto';
import { syncedTables } from '../../shared/catalog/catalog.ts';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { quoteLiteral } from './identifiers.ts';
import { inSchema } from './row-sql.ts';

/** Tables of the bookkeeping with the column that says which class a row is about. `meta` is about the database and has none. */
const bookkeepingScopes = [
  ['class', 'id'],
  ['gc_horizon', 'class_id'],
  ['row_state', 'scope'],
  ['run', 'class_id'],
  ['device', 'class_id'],
  ['presence', 'class_id'],
  ['resolution_log', 'class_id'],
  ['class_secret', 'class_id'],
] as const;

/**
 * Statements after which a role sees and writes rows of this class, and of no other it has no policy for; data and bookkeeping alike. Everybody without a policy
 * but the owner then sees nothing. The journal's triggers run as the owner, whom policies do not bind, so they note every change whoever makes it; the owner must
 * therefore be the role that set up the schema, and needs not be superuser. Running them again changes nothing.
 */
export function policyStatements(catalog: Catalog, classId: string, roles: readonly string[]): readonly string[] {
  if (roles.length === 0) return [];
  const tables = [
    ...syncedTables(catalog).map(({ name }) => [name, catalog.scopeColumn] as const),
    ...bookkeepingScopes,
  ];
  return tables.flatMap(([table, column]) => [
    `ALTER TABLE ${inSchema(catalog, table)} ENABLE ROW LEVEL SECURITY`,
    ...roles.flatMap((role) => {
      const policy = quoteIdentifier(policyName(classId, role));
      const ofClass = `${quoteIdentifier(column)} = ${quoteLiteral(classId)}::uuid`;
      return [
        `DROP POLICY IF EXISTS ${policy} ON ${inSchema(catalog, table)}`,
        `CREATE POLICY ${policy} ON ${inSchema(catalog, table)} TO ${quoteIdentifier(role)} USING (${ofClass}) WITH CHECK (${ofClass})`,
      ];
    }),
  ]);
}

/** One policy for each class and role, under a name of at most 63 bytes. */
function policyName(classId: string, role: string): string {
  return `class_${classId}_${createHash('sha256').update(role).digest('hex').slice(0, 12)}`;
}

/** Whether a policy is one of those `policyStatements` makes. */
export function isOurPolicy(name: string): boolean {
  return /^class_[0-9a-f-]{36}_[0-9a-f]{12}$/.test(name);
}
