import { neverGoesMissing } from '../../shared/sync/diff.ts';
import type { World } from './memory-plan.ts';

/**
 * Where nobody decided anything: the first thing a side had said since Base, a value or a deletion, that it does not say any more. Null when all of it stands, on the side
 * that said it: what both sides said differently waits.
 */
export function unsaid(world: World, after: World): string | null {
  for (const table of world.catalog.tables)
    for (const pk of world.keys(table.name)) {
      const trees = world.trees(table.name, pk);
      for (const side of ['local', 'server'] as const) {
        const [base, was, now] = [trees.base ?? null, trees[side], after.trees(table.name, pk)[side]];
        if (was === null) {
          // A row that never goes missing for good was lost, not deleted: it comes back.
          if (base !== null && now !== null && !neverGoesMissing(table))
            return `${side}: ${table.name} ${pk} came back`;
          continue;
        }
        const said = table.columns.filter(({ name }) => base === null || was[name] !== base[name]);
        // Of a deletion both sides made the server's time is taken.
        const stands = (name: string): boolean =>
          now !== null &&
          (now[name] === was[name] || (name === table.softDelete && was[name] !== null && now[name] !== null));
        const gone = said.find(({ name }) => !stands(name));
        if (gone !== undefined) return `${side}: ${gone.name} of ${table.name} ${pk}`;
      }
    }
  return null;
}
