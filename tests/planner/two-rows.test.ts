import { describe, expect, it } from 'vitest';
import {
  tableOf,
  type Catalog,
  type CatalogTable,
  type OnDelete,
  type TableKind,
} from '../../shared/catalog/catalog.ts';
import type { Choice, Effect, Row, TreeRow } from '../../shared/sync/plan.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { carryOut, observed, resolve, type Outcome } from './carry-out.ts';
import { MemoryPlan, World } from './memory-plan.ts';
import { idOf, pointer, smallCatalog, smallTable, text } from './small-catalog.ts';
import { unsaid } from './unsaid.ts';

interface Pair {
  readonly parent: TreeRow;
  readonly child: TreeRow;
}

const parentId = idOf('a');
const childId = idOf('c');
const parentPk = JSON.stringify([parentId]);
const childPk = JSON.stringify([childId]);
/** What is said about every question of a plan, or which row is left out. */
type Said =
  | 'none'
  | 'skip'
  | 'local'
  | 'server'
  | 'merge'
  | 'both'
  | 'local, server'
  | 'server, local'
  | 'untick 0'
  | 'untick 1';
const asked: readonly Said[] = ['skip', 'local', 'server', 'merge', 'both', 'local, server', 'server, local'];
const unticked: readonly Said[] = ['untick 0', 'untick 1'];

function schema(parentSoft: boolean, childKind: TableKind, childSoft: boolean, onDelete: OnDelete): Catalog {
  const deletion = text('deleted_at');
  const parent = smallTable('parent', 'entity', {
    columns: [text('id', { type: 'uuid', nullable: false }), text('value'), ...(parentSoft ? [deletion] : [])],
    softDelete: parentSoft ? 'deleted_at' : null,
  });
  const child = smallTable('child', childKind, {
    columns: [
      text('id', { type: 'uuid', nullable: false }),
      text('value'),
      text('parent_id', { nullable: onDelete === 'set-null' }),
      ...(childSoft ? [deletion] : []),
    ],
    foreignKeys: [pointer('parent_id', 'parent', onDelete)],
    softDelete: childSoft ? 'deleted_at' : null,
  });
  return smallCatalog([parent, child]);
}

const cell = (table: CatalogTable, values: Row): Row =>
  Object.fromEntries(table.columns.map(({ name }) => [name, values[name] ?? null]));

/** Every state one side can be in: the child never without its parent. */
function states(catalog: Catalog): readonly Pair[] {
  const [parent, child] = catalog.tables as readonly [CatalogTable, CatalogTable];
  const parents: TreeRow[] = [
    null,
    cell(parent, { id: parentId, value: '1' }),
    cell(parent, { id: parentId, value: '2' }),
  ];
  if (parent.softDelete !== null) parents.push(cell(parent, { id: parentId, value: '1', deleted_at: 't' }));
  const children: TreeRow[] = [null, cell(child, { id: childId, value: '1', parent_id: parentId })];
  if (child.kind !== 'append-only') children.push(cell(child, { id: childId, value: '2', parent_id: parentId }));
  if (child.softDelete !== null)
    children.push(cell(child, { id: childId, value: '1', parent_id: parentId, deleted_at: 't' }));
  const nullable = child.columns.some((column) => column.name === 'parent_id' && column.nullable);
  if (nullable) children.push(cell(child, { id: childId, value: '1', parent_id: null }));
  return parents.flatMap((p) =>
    children.filter((c) => p !== null || c === null || c['parent_id'] === null).map((c) => ({ parent: p, child: c })),
  );
}

/** Every base: nothing known of a row, or any state, whatever the other row's is. */
function bases(
  catalog: Catalog,
): readonly { readonly parent: TreeRow | undefined; readonly child: TreeRow | undefined }[] {
  const all = states(catalog);
  const parents = [undefined, ...new Set(all.map(({ parent }) => parent))];
  const children = [undefined, ...new Set(all.map(({ child }) => child))];
  return parents.flatMap((parent) => children.map((child) => ({ parent, child })));
}

function choose(plan: MemoryPlan, said: Said): ReadonlyMap<number, Choice> {
  const choices = new Map<number, Choice>();
  if (said === 'none' || said.startsWith('untick')) return choices;
  for (const [place, ordinal] of plan.conflicts().entries()) {
    const clashes = plan.row(ordinal).fields.filter(({ clash }) => clash);
    const fields = Object.fromEntries(
      clashes.map(({ name }, at) => [name, at % 2 === 0 ? 'local' : 'server'] as const),
    );
    const choice = (said.split(', ')[place] ?? said) as Choice['choice'];
    choices.set(ordinal, {
      choice,
      ...(choice === 'merge' ? { fields } : choice === 'both' ? { newId: idOf(`e${place}`) } : {}),
    });
  }
  return choices;
}

/** One world under one sort of choice; every property that must hold. */
function check(world: World, plan: MemoryPlan, said: Said): void {
  const out = said.startsWith('untick') ? [Number(said.slice(-1))] : [];
  const outcome = resolve(plan, choose(plan, said), new Set(out));
  const must = (holds: boolean, what: string, detail: unknown = null): void => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify(detail)}\n${shown(world, outcome, said)}`);
  };
  for (const effect of outcome.effects) {
    const table = tableOf(world.catalog, effect.table);
    must(
      effect.up === !sameRow(table, effect.result, effect.trees.server),
      'up exactly where the result is not there',
      effect,
    );
    must(
      effect.down === !sameRow(table, effect.result, effect.trees.local),
      'down exactly where the result is not here',
      effect,
    );
    must(effect.up || effect.down, 'no effect that writes nowhere', effect);
  }
  const { left } = outcome.settled;
  for (const part of ['apply', 'pull', 'sync'] as const) {
    const after = carryOut(world, outcome.effects, part);
    const faults = [...after.faults('local'), ...after.faults('server')];
    must(faults.length === 0, `${part} leaves no row without what it needs`, faults);
    if (said === 'none' || out.length > 0)
      must(unsaid(world, after) === null, `${part} loses nothing`, unsaid(world, after));
    if (left.size > 0) continue;
    const again = new MemoryPlan(after);
    const rest = resolve(again).effects;
    if (part === 'sync') must(again.rows.length === 0, 'nothing is left to do after a sync', again.rows);
    if (part === 'apply') must(!rest.some((effect) => effect.up && !effect.down), 'nothing goes up after apply', rest);
    if (part === 'pull') must(!rest.some((effect) => effect.down && !effect.up), 'nothing comes down after pull', rest);
  }
  for (const [ordinal, { reason }] of left)
    if (reason === 'blocked')
      must(endsInCause(outcome.settled, ordinal), 'what waits, waits for something that has its own reason', ordinal);
  if (said !== 'none') return;
  const line = ({ table, pk, result }: Effect, up: boolean, down: boolean): string =>
    JSON.stringify([table, pk, up, down, result]);
  const mirrored = resolve(new MemoryPlan(world.mirrored())).effects.map((effect) =>
    line(effect, effect.down, effect.up),
  );
  const straight = outcome.effects.map((effect) => line(effect, effect.up, effect.down));
  must(JSON.stringify(mirrored) === JSON.stringify(straight), 'exchanging the sides exchanges up and down', mirrored);
}

/**
 * Whether the rows a row waits for, one after another, end in one that is left for a reason of its own. Two rows may only wait for each other where somebody
 * decided both, and the decisions contradict each other.
 */
function endsInCause({ left, choices }: Outcome['settled'], ordinal: number): boolean {
  const seen = new Set<number>();
  for (let at: number | null = ordinal; at !== null && !seen.has(at); at = left.get(at)?.needs ?? null) {
    seen.add(at);
    if (left.get(at) !== undefined && left.get(at)?.reason !== 'blocked') return true;
  }
  return [...seen].every((at) => choices.has(at));
}

function shown(world: World, { plan, settled, effects }: Outcome, said: string): string {
  const tables = world.catalog.tables.map((table) => [
    table.name,
    table.kind,
    table.softDelete,
    table.foreignKeys[0]?.onDelete,
  ]);
  const rows = plan.rows.map((row) => [row.table, row.kind, row.conflict, row.group, row.result]);
  return JSON.stringify(
    {
      tables,
      said,
      base: [...world.base],
      local: [...world.local],
      server: [...world.server],
      rows,
      left: [...settled.left],
      effects,
    },
    null,
    1,
  );
}

describe('a parent and a child over three trees, complete', () => {
  // A parent that is only hidden takes nothing along: what its deletion would do to children makes no difference there, except that a pointer may be empty.
  const kinds = (['restrict', 'cascade', 'set-null'] as const).flatMap((onDelete) =>
    (onDelete === 'cascade' ? [false] : [false, true]).flatMap(
      (parentSoft): readonly (readonly [boolean, TableKind, boolean, OnDelete])[] => [
        [parentSoft, 'entity', false, onDelete],
        [parentSoft, 'entity', true, onDelete],
        [parentSoft, 'set', false, onDelete],
        [parentSoft, 'append-only', false, onDelete],
      ],
    ),
  );
  it.each(kinds)(
    'parent hidden when deleted %s, child %s hidden %s, %s',
    { timeout: 180_000 },
    (parentSoft, childKind, childSoft, onDelete) => {
      const catalog = schema(parentSoft, childKind, childSoft, onDelete);
      const all = states(catalog);
      let cases = 0;
      for (const base of bases(catalog)) {
        for (const local of all) {
          for (const server of all) {
            const world = new World(catalog);
            world.set('parent', parentPk, { base: base.parent, local: local.parent, server: server.parent });
            world.set('child', childPk, { base: base.child, local: local.child, server: server.child });
            observed(world);
            const plan = new MemoryPlan(world);
            const questions = plan.conflicts().length === 0 ? [] : asked;
            for (const said of ['none', ...questions, ...unticked.slice(0, plan.rows.length)] as const)
              check(world, plan, said);
            cases += 1;
          }
        }
      }
      expect(cases).toBe(bases(catalog).length * all.length ** 2);
    },
  );
});
