import { describe, expect, it } from 'vitest';
import type { CatalogColumn, CatalogTable, ColumnPolicy, TableKind } from '../../shared/catalog/catalog.ts';
import { diffRow, directionOf, noHints } from '../../shared/sync/diff.ts';
import type { Cell, Row, RowOutcome, TreeRow, Trees } from '../../shared/sync/plan.ts';
import { idOf, smallTable, text } from './small-catalog.ts';

/*
 * The rules of one key written down a second time, as a table of the three trees, by nobody's functions: what every combination must come to.
 * Deliberately slow and plain.
 */

type Newer = 'local' | 'server' | null;

const id = idOf('1');

/** The words of the oracle. A result is compared by its cells; clashes by their columns. */
type Verdict =
  | { readonly is: 'agreed' }
  | { readonly is: 'result'; readonly row: TreeRow }
  | { readonly is: 'conflict'; readonly kind: string; readonly clashes?: readonly string[] };

const equal = (a: TreeRow | undefined, b: TreeRow | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the design says of one key. */
function oracle(table: CatalogTable, { base, local, server }: Trees, newer: Newer): Verdict {
  if (equal(local, server)) return { is: 'agreed' };
  const known = base ?? undefined;
  const hidden = (row: TreeRow): boolean =>
    row === null || (table.softDelete !== null && row[table.softDelete] !== null);
  const content = (row: Row): string => JSON.stringify({ ...row, deleted_at: null });
  // One side has nothing.
  if (local === null || server === null) {
    const there = local ?? server;
    const stays = table.kind === 'append-only' || table.softDelete !== null;
    if (known === undefined || stays) return { is: 'result', row: there };
    if (equal(there, known)) return { is: 'result', row: null };
    return { is: 'conflict', kind: local === null ? 'deleted-here-updated-there' : 'updated-here-deleted-there' };
  }
  if (table.kind === 'append-only') return { is: 'conflict', kind: 'integrity' };
  if (hidden(local) && hidden(server) && content(local) === content(server)) return { is: 'agreed' };
  if (known !== undefined && equal(server, known)) return { is: 'result', row: local };
  if (known !== undefined && equal(local, known)) return { is: 'result', row: server };
  if (known !== undefined && !hidden(known) && hidden(local) !== hidden(server)) {
    const living = hidden(local) ? server : local;
    if (content(living) !== content(known))
      return { is: 'conflict', kind: hidden(local) ? 'deleted-here-updated-there' : 'updated-here-deleted-there' };
  }
  return cellWise(table, known, local, server, newer, hidden(local) && hidden(server));
}

/** Another database's merge: cell by cell, with what the policy of a column does with two changes. */
function cellWise(
  table: CatalogTable,
  base: Row | undefined,
  local: Row,
  server: Row,
  newer: Newer,
  bothHidden: boolean,
): Verdict {
  const merged: Record<string, Cell> = {};
  const clashes: string[] = [];
  for (const { name, policy } of table.columns) {
    const [b, l, s] = [
      base === undefined ? undefined : (base[name] ?? null),
      local[name] ?? null,
      server[name] ?? null,
    ];
    const decided = ((): Cell | undefined => {
      if (l === s) return s;
      if (l === b) return s;
      if (bothHidden && name === 'deleted_at') return s;
      if (s === b) return l;
      if (policy === 'server') return s;
      if (policy === 'local') return l;
      if (policy === 'newest' && newer !== null) return newer === 'local' ? l : s;
      if (policy === 'max') return l === null ? s : s === null ? l : String(Math.max(Number(l), Number(s)));
      if (policy === 'counter' && typeof b === 'string' && l !== null && s !== null)
        return String(Number(s) + Number(l) - Number(b));
      return undefined;
    })();
    if (decided === undefined) clashes.push(name);
    else merged[name] = decided;
  }
  if (clashes.length > 0) return { is: 'conflict', kind: base === undefined ? 'both-added' : 'both-updated', clashes };
  return { is: 'result', row: merged };
}

function table(kind: TableKind, policy: ColumnPolicy, soft: boolean): CatalogTable {
  const numbers = policy === 'counter' || policy === 'max';
  const value: CatalogColumn = text('value', { policy, type: numbers ? 'int4' : 'text' });
  return smallTable('one', kind, {
    columns: [
      text('id', { type: 'uuid', nullable: false }),
      value,
      text('note'),
      ...(soft ? [text('deleted_at')] : []),
    ],
    softDelete: soft ? 'deleted_at' : null,
  });
}

/** Every version of a row over a small domain: two cells of three values each, deleted or not. */
function versions({ columns }: CatalogTable): readonly Row[] {
  const values = (name: string): readonly Cell[] =>
    name === 'id' ? [id] : name === 'value' ? [null, '1', '2', '5'] : name === 'note' ? [null, 'a'] : [null, 't', 'u'];
  return columns.reduce<readonly Row[]>(
    (rows, { name }) => rows.flatMap((row) => values(name).map((cell) => ({ ...row, [name]: cell }))),
    [{}],
  );
}

function expected(verdict: Verdict, table1: CatalogTable, trees: Trees): unknown {
  if (verdict.is === 'agreed') return { kind: 'agreed' };
  if (verdict.is === 'conflict') return { kind: 'conflict', conflict: verdict.kind };
  return { kind: 'change', result: verdict.row, direction: directionOf(table1, trees, verdict.row) };
}

function found(outcome: RowOutcome, table1: CatalogTable, trees: Trees): unknown {
  if (outcome.kind === 'agreed') return { kind: 'agreed' };
  if (outcome.kind === 'conflict') return { kind: 'conflict', conflict: outcome.conflict };
  return { kind: 'change', result: outcome.result, direction: directionOf(table1, trees, outcome.result) };
}

describe('the truth table of one key', () => {
  const policies: readonly ColumnPolicy[] = ['ask', 'newest', 'server', 'local', 'counter', 'max'];
  const cases = [
    ...policies.flatMap((policy) => [false, true].map((soft) => ['entity', policy, soft] as const)),
    ['register', 'newest', false] as const,
    ['set', 'ask', false] as const,
    ['append-only', 'ask', false] as const,
  ];
  it.each(cases)(
    'is what the design says for every base, here and there: %s, %s, hidden when deleted %s',
    (kind, policy, soft) => {
      const one = table(kind, policy, soft);
      const rows = versions(one);
      const sides = [null, ...rows];
      let count = 0;
      for (const base of [undefined, null, ...rows]) {
        for (const local of sides) {
          for (const server of sides) {
            const trees = { base, local, server };
            for (const newer of policy === 'newest' ? ([null, 'local', 'server'] as const) : ([null] as const)) {
              count += 1;
              const verdict = oracle(one, trees, newer);
              const outcome = diffRow(one, trees, { ...noHints, newer });
              const [is, must] = [found(outcome, one, trees), expected(verdict, one, trees)];
              if (JSON.stringify(is) !== JSON.stringify(must))
                expect(is, JSON.stringify({ trees, newer })).toEqual(must);
              if (outcome.kind !== 'conflict' || verdict.is !== 'conflict' || verdict.clashes === undefined) continue;
              const clashes = outcome.fields.filter(({ clash }) => clash).map(({ name }) => name);
              if (clashes.join() !== verdict.clashes.join())
                expect(clashes, JSON.stringify(trees)).toEqual(verdict.clashes);
            }
          }
        }
      }
      expect(count).toBe((rows.length + 2) * (rows.length + 1) ** 2 * (policy === 'newest' ? 3 : 1));
    },
  );
});
