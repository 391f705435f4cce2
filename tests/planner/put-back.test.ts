import { expect, it } from 'vitest';
import type { OnDelete, TableKind } from '../../shared/catalog/catalog.ts';
import { noHints } from '../../shared/sync/diff.ts';
import { carryOut, resolve } from './carry-out.ts';
import { MemoryPlan, World } from './memory-plan.ts';
import { idOf, pointer, smallCatalog, smallTable, text } from './small-catalog.ts';

const id = text('id', { type: 'uuid', nullable: false });
const [parentId, childId] = [idOf('a'), idOf('c')];
const [parentPk, childPk] = [JSON.stringify([parentId]), JSON.stringify([childId])];

/** A parent deleted here, which a server that was put back holds again, and a row there that nobody here has seen and that points at it. */
function putBack(base: null | undefined, kind: TableKind, onDelete: OnDelete): MemoryPlan {
  const parent = smallTable('parent', 'entity', { columns: [id, text('value')] });
  const child = smallTable('child', kind, {
    columns: [id, text('parent_id', { nullable: onDelete === 'set-null' })],
    foreignKeys: [pointer('parent_id', 'parent', onDelete)],
  });
  const world = new World(smallCatalog([parent, child]));
  world.set('parent', parentPk, { base, local: null, server: { id: parentId, value: '1' } });
  world.set('child', childPk, { base: undefined, local: null, server: { id: childId, parent_id: parentId } });
  return new MemoryPlan(world, (table) => ({ ...noHints, putBack: table.name === 'parent', copied: false }));
}

const cases = ([null, undefined] as const).flatMap((base) =>
  (['append-only', 'entity'] as const).flatMap((kind) =>
    (['restrict', 'set-null'] as const).flatMap((onDelete) =>
      (['local', 'server'] as const).map((choice) => [choice, base, kind, onDelete] as const),
    ),
  ),
);

it.each(cases)(
  'a deletion that a server put back undoes is one question with what others hung on it since: "%s" settles it (base %s, %s, %s)',
  (choice, base, kind, onDelete) => {
    const plan = putBack(base, kind, onDelete);
    expect(plan.rows.map((row) => [row.kind, row.group, row.newChildren])).toEqual([
      ['conflict', 0, 1],
      ['add', 0, undefined],
    ]);
    expect(resolve(plan).effects).toEqual([]);
    const { settled, effects } = resolve(plan, new Map([[0, { choice }]]));
    expect(settled.left.size).toBe(0);
    const after = carryOut(plan.world, effects, 'sync');
    expect(after.trees('parent', parentPk).server !== null).toBe(choice === 'server');
    // What may point at nothing stays, whatever becomes of its parent.
    expect(after.trees('child', childPk).server !== null).toBe(choice === 'server' || onDelete === 'set-null');
    expect(new MemoryPlan(after).rows).toEqual([]);
    expect([...after.faults('local'), ...after.faults('server')]).toEqual([]);
  },
);
