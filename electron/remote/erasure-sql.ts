import { columnNamed, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { erasingColumns, erasureRules, type ErasureRules } from '../../shared/sync/erasure-rules.ts';
import { classProof, isProved } from './device-functions.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { columnOf, inSchema, pkExpression } from './row-sql.ts';

/**
 * The server's function that removes what the erasures of a class name: rows, their journal entries with the content they kept, lines of the resolution log,
 * and attachments nothing points at any more. No journal entry of a deletion stays, because a key may name what was erased: other devices learn of it by the
 * erasure. It is the owner's, so that nobody needs the right to touch the journal; whoever may not see the class is refused. A table that is not there holds
 * nothing to remove; should it come back under its name, the next run looks at it again. Where a column by which rows are found is gone, nothing is removed.
 * `of_records` names whose erasures the caller knows of and agreed to: those of others stay as they are; NULL means every erasure. Empty where a catalog erases nothing.
 */
export function erasureFunctions(catalog: Catalog): readonly string[] {
  const rules = erasureRules(catalog);
  if (rules === null) return [];
  const sql = new EraseSql(catalog, rules);
  return [
    `CREATE FUNCTION ${quoteIdentifier(catalog.schema)}.erase_covered(of_class uuid, proof text, thorough boolean, of_records text[]) RETURNS int8 LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET bytea_output = 'hex' AS $$
DECLARE
${sql.declarations().join('\n')}
  cut_keys text[];
  gone int8;
  total int8 := 0;
BEGIN
  IF NOT ${isProved(catalog)} THEN RAISE insufficient_privilege; END IF;
${sql.body().join('\n')}
  RETURN total;
END
$$`,
  ];
}

/**
 * One statement that carries out erasures of a class in the transaction of a run, of these records or of all; null where there is nothing to erase. `thorough` looks
 * through old deletions too.
 */
export function eraseStatement(
  catalog: Catalog,
  scope: string,
  thorough: boolean,
  records: readonly string[] | undefined,
): PgStatement | null {
  if (erasureRules(catalog) === null || records?.length === 0) return null;
  const of = `${quoteLiteral(scope)}::uuid`;
  const only = records === undefined ? 'NULL' : 'ARRAY(SELECT jsonb_array_elements_text($1::jsonb))';
  return {
    sql: `SELECT ${quoteIdentifier(catalog.schema)}.erase_covered(${of}, ${classProof(catalog, of)}, ${String(thorough)}, ${only})`,
    ...(records === undefined ? {} : { params: [JSON.stringify(records)] }),
  };
}

/**
 * One statement that marks the rows of a run (n, of the temporary table `effects`) that belong to a record erased on the server meanwhile: the plan is stale, its
 * device has not heard of the erasure yet. Null where none of the tables of the run is covered.
 */
export function erasedMeanwhileStatement(
  catalog: Catalog,
  scope: string,
  tables: readonly CatalogTable[],
  { effects, cell }: { readonly effects: string; cell(table: CatalogTable, name: string): string },
): PgStatement | null {
  const rules = erasureRules(catalog);
  if (rules === null) return null;
  const column = rules.of.key[0] ?? '';
  const owners = [
    [rules.of, column] as const,
    ...rules.covered.flatMap(({ table, through }) =>
      through.filter((key) => key.references === rules.of.name).map((key) => [table, key.columns[0] ?? ''] as const),
    ),
  ].filter(([table]) => tables.includes(table));
  if (owners.length === 0) return null;
  const cases = owners.map(([table, owner]) => `WHEN ${quoteLiteral(table.name)} THEN ${cell(table, owner)}`);
  return {
    sql: `UPDATE ${effects} n SET state = 'stale' FROM ${inSchema(catalog, rules.table.name)} z
WHERE n.state IS NULL AND ${columnOf('z', catalog.scopeColumn)} = ${quoteLiteral(scope)}::uuid AND ${columnOf('z', rules.column)}::text = CASE n.tbl ${cases.join(' ')} END`,
  };
}

/** Writes the parts of the function. Variables: `k_<n>` keys of covered table n in their own type, `p_<n>` the same as the journal has them, `a_<n>` attachments. */
class EraseSql {
  readonly catalog: Catalog;
  readonly rules: ErasureRules;

  constructor(catalog: Catalog, rules: ErasureRules) {
    this.catalog = catalog;
    this.rules = rules;
  }

  #number(name: string): number {
    return this.rules.covered.findIndex(({ table }) => table.name === name);
  }

  #journal(): string {
    return inSchema(this.catalog, 'row_state');
  }

  #ofClass(alias: string): string {
    return `${columnOf(alias, this.catalog.scopeColumn)} = of_class`;
  }

  #keyType(table: CatalogTable): string {
    return columnNamed(table, table.key[0] ?? '').type;
  }

  declarations(): readonly string[] {
    return [
      ...this.rules.covered.flatMap(({ table }, n) => [`  k_${n} ${this.#keyType(table)}[];`, `  p_${n} text[];`]),
      ...this.rules.attachments.map(({ table }, n) => `  a_${n} ${this.#keyType(table)}[];`),
    ];
  }

  body(): readonly string[] {
    return [
      ...this.#stuck(),
      ...this.#records(),
      ...this.rules.covered.flatMap((_, n) => this.#collect(n)),
      ...this.#oldAttachments(),
      ...this.rules.covered.map((_, n) => this.#remove(this.rules.covered.length - 1 - n)),
      ...this.#aliases(),
      ...this.rules.attachments.map((_, n) => this.#detach(n)),
      ...this.rules.covered.map(({ table }, n) => this.#forget(table, `p_${n}`)),
    ];
  }

  /** Only where the table is there. */
  #ifThere({ name }: CatalogTable, text: string): string {
    return `  IF to_regclass(${quoteLiteral(inSchema(this.catalog, name))}) IS NOT NULL THEN\n${text}\n  END IF;`;
  }

  /**
   * A table in which somebody dropped or renamed a column by which rows are found: whoever brings an erasure is told so, everybody else's run goes on without
   * erasing. Half of it would leave the rest without what it hangs on.
   */
  #stuck(): readonly string[] {
    const needed = [...erasingColumns(this.catalog)].flatMap(([table, names]) =>
      names.map((name) => {
        const isUuid = name === this.catalog.scopeColumn || columnNamed(table, name).type === 'uuid';
        const place = quoteLiteral(inSchema(this.catalog, table.name));
        return `(${place}, ${quoteLiteral(name)}, ${isUuid ? "'uuid'::regtype::oid" : 'NULL'})`;
      }),
    );
    return [
      `  IF EXISTS (
    SELECT FROM (VALUES ${needed.join(', ')}) v (rel, name, type) WHERE to_regclass(v.rel) IS NOT NULL AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = to_regclass(v.rel) AND a.attname = v.name AND a.attnum > 0 AND NOT a.attisdropped
        AND (v.type IS NULL OR a.atttypid = v.type))
  ) THEN
    IF thorough THEN RAISE undefined_column; END IF;
    RETURN 0;
  END IF;`,
    ];
  }

  #records(): readonly string[] {
    const { table, column, of } = this.rules;
    return [
      `  IF to_regclass(${quoteLiteral(inSchema(this.catalog, table.name))}) IS NULL THEN RETURN 0; END IF;`,
      `  SELECT array_agg(DISTINCT ${columnOf('z', column)}) INTO k_0 FROM ${inSchema(this.catalog, table.name)} z WHERE ${this.#ofClass('z')} AND (of_records IS NULL OR ${columnOf('z', column)}::text = ANY (of_records));`,
      '  IF k_0 IS NULL THEN RETURN 0; END IF;',
      this.#ifThere(
        of,
        `  PERFORM FROM ${inSchema(this.catalog, of.name)} t WHERE ${this.#ofClass('t')} AND ${columnOf('t', of.key[0] ?? '')} = ANY (k_0) FOR UPDATE;`,
      ),
    ];
  }

  /** Keys of a covered table: rows that are there, and with `thorough` those the journal remembers as deleted. */
  #collect(n: number): readonly string[] {
    const covered = this.rules.covered[n];
    if (covered === undefined) return [];
    const { table, through } = covered;
    const key = table.key[0] ?? '';
    if (n === 0)
      return [
        `  SELECT array_agg('[' || to_json(k::text)::text || ']') INTO p_0 FROM unnest(k_0) k;`,
        ...this.rules.attachments.map(({ column }, a) =>
          this.#ifThere(
            table,
            `  SELECT array_agg(DISTINCT ${columnOf('t', column)}) INTO a_${a} FROM ${inSchema(this.catalog, table.name)} t WHERE ${this.#ofClass('t')} AND ${columnOf('t', key)} = ANY (k_0) AND ${columnOf('t', column)} IS NOT NULL;`,
          ),
        ),
      ];
    const points = (cell: (column: string) => string): string =>
      through
        .map(({ columns, references }) => `${cell(columns[0] ?? '')} = ANY (k_${this.#number(references)})`)
        .join(' OR ');
    const typed = (column: string): string =>
      `(s.content_at_delete->>${quoteLiteral(column)})::${columnNamed(table, column).type}`;
    return [
      this.#ifThere(
        table,
        `  SELECT array_agg(${columnOf('t', key)}), array_agg(${pkExpression(table, 't')}) INTO k_${n}, p_${n} FROM ${inSchema(this.catalog, table.name)} t WHERE ${this.#ofClass('t')} AND (${points((column) => columnOf('t', column))});`,
      ),
      `  IF thorough THEN
    SELECT k_${n} || array_agg(${typed(key)}), p_${n} || array_agg(s.pk) INTO k_${n}, p_${n} FROM ${this.#journal()} s WHERE s.scope = of_class AND s.tbl = ${quoteLiteral(table.name)} AND s.deleted AND (${points(typed)});
  END IF;`,
    ];
  }

  /** What a record pointed at that is deleted already. */
  #oldAttachments(): readonly string[] {
    return this.rules.attachments.map(
      ({ table, column }, n) => `  IF thorough THEN
    SELECT a_${n} || array_agg((s.content_at_delete->>${quoteLiteral(column)})::${this.#keyType(table)}) INTO a_${n} FROM ${this.#journal()} s
    WHERE s.scope = of_class AND s.tbl = ${quoteLiteral(this.rules.of.name)} AND s.deleted AND s.pk = ANY (p_0) AND s.content_at_delete->>${quoteLiteral(column)} IS NOT NULL;
  END IF;`,
    );
  }

  #remove(n: number): string {
    const table = this.rules.covered[n]?.table ?? this.rules.of;
    const through = this.rules.covered[n]?.through ?? [];
    const which =
      n === 0
        ? `${columnOf('t', table.key[0] ?? '')} = ANY (k_0)`
        : through
            .map(
              ({ columns, references }) => `${columnOf('t', columns[0] ?? '')} = ANY (k_${this.#number(references)})`,
            )
            .join(' OR ');
    return this.#ifThere(
      table,
      `  DELETE FROM ${inSchema(this.catalog, table.name)} t WHERE ${this.#ofClass('t')} AND (${which});
  GET DIAGNOSTICS gone = ROW_COUNT;
  total := total + gone;`,
    );
  }

  #aliases(): readonly string[] {
    const { alias, of } = this.rules;
    if (alias === null) return [];
    const which = `t.tbl = ${quoteLiteral(of.name)} AND (t.old_id = ANY (k_0) OR t.new_id = ANY (k_0))`;
    return [
      this.#ifThere(
        alias,
        `  WITH cut AS (DELETE FROM ${inSchema(this.catalog, alias.name)} t WHERE ${this.#ofClass('t')} AND ${which} RETURNING ${pkExpression(alias, 't')} AS pk)
  SELECT array_agg(pk) INTO cut_keys FROM cut;
${this.#forget(alias, 'cut_keys')}`,
      ),
    ];
  }

  #detach(n: number): string {
    const attachment = this.rules.attachments[n];
    if (attachment === undefined) return '';
    const { table, column } = attachment;
    const key = columnOf('t', table.key[0] ?? '');
    const unused = `NOT EXISTS (SELECT FROM ${inSchema(this.catalog, this.rules.of.name)} r WHERE ${this.#ofClass('r')} AND ${columnOf('r', column)} = ${key})`;
    return this.#ifThere(
      table,
      this.#ifThere(
        this.rules.of,
        `  WITH cut AS (DELETE FROM ${inSchema(this.catalog, table.name)} t WHERE ${this.#ofClass('t')} AND ${key} = ANY (a_${n}) AND ${unused} RETURNING ${pkExpression(table, 't')} AS pk)
  SELECT array_agg(pk) INTO cut_keys FROM cut;
${this.#forget(table, 'cut_keys')}`,
      ),
    );
  }

  #forget(table: CatalogTable, keys: string): string {
    const where = `tbl = ${quoteLiteral(table.name)} AND pk = ANY (${keys})`;
    return `  DELETE FROM ${this.#journal()} WHERE scope = of_class AND ${where};
  DELETE FROM ${inSchema(this.catalog, 'resolution_log')} WHERE class_id = of_class AND ${where};`;
  }
}
