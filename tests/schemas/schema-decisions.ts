import { tableOf } from '../../shared/catalog/catalog.ts';
import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { pick, type Random } from '../simulation/random.ts';
import { codeOf } from '../simulation/world.ts';
import { itemsOf, type SchemaBook } from './schema-book.ts';

type Choice = {
  readonly choice: NonNullable<PlanRowItem['choice']>;
  readonly fields?: Record<string, 'local' | { readonly value: string | null }>;
};

/** How a person decides: as it comes, or so that everything comes to an end. */
export type Manner = 'as-it-comes' | 'local' | 'server' | 'nothing';

/** Decides what a plan asks. */
export async function decideSchema(next: Random, book: SchemaBook, planId: string, manner: Manner): Promise<void> {
  if (manner === 'nothing') return;
  for (const row of await itemsOf(book, planId)) {
    const { device, classId } = book;
    const target = { ordinals: [row.ordinal] };
    if (manner === 'as-it-comes' && row.included && row.kind !== 'conflict' && next(12) === 0)
      await device.call('plan.decide', { classId, planId, target, include: false });
    if (manner !== 'as-it-comes' && row.left === 'unticked')
      await device.call('plan.decide', { classId, planId, target, include: true });
    const stands = row.choice !== null && row.choice !== 'skip' && row.blockedBy === null && row.included;
    if (row.kind !== 'conflict' || stands) continue;
    for (const choice of choicesFor(next, book, row, manner)) if (await choose(book, planId, row, choice)) break;
  }
}

async function choose(
  { device, classId }: SchemaBook,
  planId: string,
  row: PlanRowItem,
  choice: Choice,
): Promise<boolean> {
  try {
    await device.call('plan.decide', { classId, planId, target: { ordinals: [row.ordinal] }, ...choice });
    return true;
  } catch (error) {
    if (codeOf(error) === 'resolve-invalid') return false;
    throw error;
  }
}

/** What a person would try, the first that fits counts. */
function choicesFor(next: Random, { catalog }: SchemaBook, row: PlanRowItem, manner: Manner): readonly Choice[] {
  const rename = renames(next, catalog, row);
  const plain: readonly Choice[] = [{ choice: 'local' }, { choice: 'server' }, { choice: 'both' }, { choice: 'skip' }];
  if (manner === 'as-it-comes') {
    const first = pick(next, [...plain, ...rename, { choice: 'adopt' as const }]);
    return [...(first === undefined ? [] : [first]), ...rename, { choice: 'server' }, { choice: 'local' }];
  }
  if (row.conflict === 'same-identity') return [...rename, { choice: 'both' }, { choice: 'server' }];
  return manner === 'local' ? [{ choice: 'local' }, { choice: 'server' }] : [{ choice: 'server' }, { choice: 'local' }];
}

/** Other values for what only one row may have: none where that is allowed, or one nobody has. */
function renames(next: Random, catalog: SchemaBook['catalog'], row: PlanRowItem): readonly Choice[] {
  const table = tableOf(catalog, row.table);
  const pointers = table.foreignKeys.flatMap(({ columns }) => columns);
  const columns = [...new Set([...table.unique.flatMap((unique) => unique.columns), ...table.naturalKeys.flat()])]
    .filter((name) => !pointers.includes(name))
    .flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
  const fresh = (type: string): string => (type === 'text' ? `new ${next(1_000_000)}` : String(10 + next(1_000_000)));
  const each = columns.map(
    ({ name, type }) => ({ choice: 'rename', fields: { [name]: { value: fresh(type) } } }) as const,
  );
  const all = Object.fromEntries(columns.map(({ name, type }) => [name, { value: fresh(type) }]));
  // What cannot be typed is kept as it is: another number beside it is enough.
  const claimed = columns.filter(({ name }) => row.fields.some((field) => field.name === name && field.clash));
  const asked: Choice['fields'] = Object.fromEntries(
    claimed.map(({ name, type }) => [name, type === 'text' ? ('local' as const) : (all[name] ?? ('local' as const))]),
  );
  const several: readonly Choice[] =
    claimed.length > 1 && claimed.some(({ type }) => type !== 'text') ? [{ choice: 'rename', fields: asked }] : [];
  return columns.length > 1 ? [...each, ...several, { choice: 'rename', fields: all }] : each;
}
