import { tableOf, type CatalogTable } from '../catalog/catalog.ts';
import type { MadeRow } from './adopt.ts';
import type { Lookup, Side } from './lookup.ts';
import type { PlanRow, TreeRow, Trees } from './plan.ts';
import { resolveRow } from './resolve.ts';
import { hardReferences } from './row.ts';
import type { Settled } from './settle.ts';

/** A row of the plan, or made by a decision, as both sides have it before and after. */
export interface Stand {
  readonly ordinal: number;
  readonly table: CatalogTable;
  readonly pk: string;
  readonly before: Trees;
  readonly after: Readonly<Record<Side, TreeRow>>;
}

/** Stands held at most: those a row is looked at beside. */
const KEPT = 4_096;

/** The result of a listed row under the choices made; undefined while undecided. */
export function resultIn(
  settled: Pick<Settled, 'results' | 'choices'>,
  lookup: Lookup,
  ordinal: number,
  row: PlanRow,
): TreeRow | undefined {
  const given = settled.results.get(ordinal);
  if (given !== undefined) return given;
  const choice = settled.choices.get(ordinal);
  if (choice === undefined || choice.choice === 'skip') return row.result;
  const resolved = resolveRow(tableOf(lookup.catalog, row.table), row, choice);
  return resolved.kind === 'decided' ? resolved.result : undefined;
}

/** Whether a version of a row points at another row. */
export function pointsAt(child: Stand, version: TreeRow, parent: Stand): boolean {
  return hardReferences(child.table, version).some(
    (reference) => reference.table === parent.table.name && reference.pk === parent.pk,
  );
}

/**
 * How the rows of a plan stand while it is settled, the rows their decisions make included. A row that many others have to do with is worked out once, until what
 * is decided or left out about it changes: whoever changes that has to say so.
 */
export class Stands {
  readonly #lookup: Lookup;
  readonly #settled: Pick<Settled, 'choices' | 'left' | 'results' | 'made'>;
  readonly #known = new Map<number, readonly Stand[]>();

  constructor(lookup: Lookup, settled: Pick<Settled, 'choices' | 'left' | 'results' | 'made'>) {
    this.#lookup = lookup;
    this.#settled = settled;
  }

  /** The row as it stands now, then what its decision makes. */
  of(ordinal: number): readonly Stand[] {
    const known = this.#known.get(ordinal);
    if (known !== undefined) return known;
    if (this.#known.size >= KEPT) this.#known.clear();
    const found = this.#workOut(ordinal);
    this.#known.set(ordinal, found);
    return found;
  }

  /** Something about the row changed. */
  changed(ordinal: number): void {
    this.#known.delete(ordinal);
  }

  #workOut(ordinal: number): readonly Stand[] {
    const [lookup, settled] = [this.#lookup, this.#settled];
    const row = lookup.row(ordinal);
    const out = settled.left.has(ordinal);
    const stand = ({ table, pk, trees }: Omit<MadeRow, 'result'>, result: TreeRow | undefined): Stand => ({
      ordinal,
      table: tableOf(lookup.catalog, table),
      pk,
      before: trees,
      after: result === undefined || out ? trees : { local: result, server: result },
    });
    const made = out ? [] : (settled.made.get(ordinal) ?? []);
    return [stand(row, resultIn(settled, lookup, ordinal, row)), ...made.map((one) => stand(one, one.result))];
  }
}
