import { tableOf, type Catalog, type CatalogForeignKey, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { heldBy, type Claim } from '../../shared/sync/claims.ts';
import { askAboutHolder, closePlan, type OpenPlan } from '../../shared/sync/close-plan.ts';
import { noHints } from '../../shared/sync/diff.ts';
import { listRow, notesOf, outcomeOf, type RowHints } from '../../shared/sync/list-row.ts';
import type { Side } from '../../shared/sync/lookup.ts';
import type { Direction, PlanRow, TreeRow, Trees } from '../../shared/sync/plan.ts';
import { cellOf, hardReferences, sameRow } from '../../shared/sync/row.ts';
import { diffRow } from '../../shared/sync/diff.ts';
import type { SyncMode } from '../../shared/sync/sync-mode.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';

/** Three trees in memory, by table and key. */
export class World {
  readonly catalog: Catalog;
  readonly base = new Map<string, TreeRow>();
  readonly local = new Map<string, TreeRow>();
  readonly server = new Map<string, TreeRow>();
  /** What the server held last of rows it lost. */
  readonly gone = new Map<string, TreeRow>();
  /** Deletions that were asked about and not answered, with their version and how many new children they had. */
  readonly questions = new Map<string, { readonly deleted: string; readonly children: number }>();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  trees(table: string, pk: string): Trees {
    const address = `${table} ${pk}`;
    return {
      base: this.base.get(address),
      local: this.local.get(address) ?? null,
      server: this.server.get(address) ?? null,
    };
  }

  set(table: string, pk: string, trees: Trees): void {
    const address = `${table} ${pk}`;
    if (trees.base === undefined) this.base.delete(address);
    else this.base.set(address, trees.base);
    this.write('local', table, pk, trees.local);
    this.write('server', table, pk, trees.server);
  }

  write(side: Side, table: string, pk: string, row: TreeRow): void {
    const address = `${table} ${pk}`;
    if (row === null) this[side].delete(address);
    else this[side].set(address, row);
  }

  /** Every key of a table any tree knows, in key order. */
  keys(table: string): readonly string[] {
    const found = new Set<string>();
    for (const tree of [this.base, this.local, this.server])
      for (const address of tree.keys())
        if (address.startsWith(`${table} `)) found.add(address.slice(table.length + 1));
    return [...found].toSorted();
  }

  copy(): World {
    const copy = new World(this.catalog);
    for (const tree of ['base', 'local', 'server'] as const)
      for (const [address, row] of this[tree]) copy[tree].set(address, row);
    for (const [address, row] of this.gone) copy.gone.set(address, row);
    for (const [address, question] of this.questions) copy.questions.set(address, question);
    return copy;
  }

  /** The same with the two sides exchanged. */
  mirrored(): World {
    const copy = new World(this.catalog);
    for (const [address, row] of this.base) copy.base.set(address, row);
    for (const [address, row] of this.local) copy.server.set(address, row);
    for (const [address, row] of this.server) copy.local.set(address, row);
    return copy;
  }

  /** What breaks a rule of the catalog on a side: a pointer to nothing, a value twice. */
  faults(side: Side): readonly string[] {
    const faults: string[] = [];
    for (const table of this.catalog.tables) {
      const held = new Map<Claim, string>();
      for (const pk of this.keys(table.name)) {
        const row = this[side].get(`${table.name} ${pk}`) ?? null;
        for (const parent of hardReferences(table, row))
          if ((this[side].get(`${parent.table} ${parent.pk}`) ?? null) === null)
            faults.push(`${side}: ${table.name} ${pk} points at ${parent.table} ${parent.pk}`);
        for (const claim of heldBy(table, row)) {
          if (held.has(claim)) faults.push(`${side}: ${claim} twice: ${held.get(claim)} and ${pk}`);
          held.set(claim, pk);
        }
      }
    }
    return faults;
  }
}

/** A plan in memory, made by the same pure functions as the one in SQLite. */
export class MemoryPlan implements OpenPlan {
  readonly catalog: Catalog;
  readonly world: World;
  readonly rows: PlanRow[] = [];
  readonly directions: Direction[] = [];
  readonly refused: { readonly ordinal: number; readonly column: string; readonly reason: 'refused' }[] = [];
  deletes = false;
  private readonly places = new Map<string, number>();
  private readonly links = new Map<number, Set<number>>();
  private readonly claims = new Map<Claim, number[]>();

  constructor(
    world: World,
    hints: (table: CatalogTable, pk: string) => RowHints = (table, pk) => ({
      ...noHints,
      putBack: false,
      copied: false,
      gone: world.gone.get(`${table.name} ${pk}`) ?? null,
    }),
    mode: SyncMode = 'two-way',
  ) {
    this.world = world;
    this.catalog = world.catalog;
    for (const table of world.catalog.tables) {
      for (const pk of world.keys(table.name)) this.list(table, pk, hints(table, pk), mode);
    }
    const passes = closePlan(this);
    while (passes.next().done !== true);
  }

  private list(table: CatalogTable, pk: string, hints: RowHints, mode: SyncMode): void {
    const trees = this.world.trees(table.name, pk);
    if (sameRow(table, trees.local, trees.server)) return;
    if (diffRow(table, trees).kind === 'agreed') return;
    const outcome = outcomeOf(this, table, trees, hints, mode);
    if (outcome === null) return;
    const origin = { baseAt: null, localAt: null, serverAt: null, localBy: null, serverBy: null };
    const listed = listRow(table, pk, trees, outcome, {
      label: pk,
      origin,
      serverVer: null,
      newer: hints.newer,
    });
    const row = askAboutHolder(this, table, listed.row);
    const direction = row === listed.row ? listed.direction : 'both';
    const ordinal = this.rows.length;
    const notes = notesOf(this, table, row);
    this.rows.push(row);
    this.directions.push(direction);
    this.places.set(`${table.name} ${pk}`, ordinal);
    if (row.kind === 'delete') this.deletes = true;
    for (const parent of notes.parents) this.link(parent, ordinal);
    for (const claim of notes.claims) this.claims.set(claim, [...(this.claims.get(claim) ?? []), ordinal]);
    if (notes.refused !== null) this.refused.push({ ordinal, column: notes.refused, reason: 'refused' });
  }

  trees(table: CatalogTable, pk: string): Trees {
    return this.world.trees(table.name, pk);
  }
  childrenHere(child: CatalogTable, foreignKey: CatalogForeignKey, parentPk: string): readonly string[] {
    return this.world.keys(child.name).filter((pk) => {
      const row = this.world.trees(child.name, pk).local;
      const cells = foreignKey.columns.map((column) => cellOf(row, column));
      return cells.every((cell) => cell !== null) && pkFromCells(cells) === parentPk;
    });
  }
  holdersHere(table: CatalogTable, claim: Claim): readonly string[] {
    return this.world
      .keys(table.name)
      .filter((pk) => heldBy(table, this.world.trees(table.name, pk).local).includes(claim));
  }
  ordinal(table: string, pk: string): number | null {
    return this.places.get(`${table} ${pk}`) ?? null;
  }
  row(ordinal: number): PlanRow {
    const row = this.rows[ordinal];
    if (row === undefined) throw new Error(`no row ${ordinal}`);
    return row;
  }
  linked(ordinal: number): readonly number[] {
    return [...(this.links.get(ordinal) ?? [])];
  }
  claimants(claim: Claim): readonly number[] {
    return this.claims.get(claim) ?? [];
  }
  *rowsOf(table: string): Iterable<number> {
    for (const [ordinal, row] of this.rows.entries()) if (row.table === table) yield ordinal;
  }
  *deletions(): Iterable<number> {
    for (const [ordinal, row] of this.rows.entries())
      if (row.kind === 'delete' || row.kind === 'conflict') yield ordinal;
  }
  *contested(): Iterable<{ readonly claim: Claim; readonly ordinals: readonly number[] }> {
    for (const [claim, ordinals] of this.claims) if (ordinals.length > 1) yield { claim, ordinals };
  }
  replace(ordinal: number, row: PlanRow, direction: Direction): void {
    this.rows[ordinal] = row;
    this.directions[ordinal] = direction;
  }
  link(needs: number, ordinal: number): void {
    const found = this.links.get(needs);
    if (found === undefined) this.links.set(needs, new Set([ordinal]));
    else found.add(ordinal);
  }
  newChildren(row: PlanRow, found: number): number {
    const address = `${row.table} ${row.pk}`;
    const deleted = JSON.stringify(row.result ?? null);
    const before = this.world.questions.get(address);
    const known = before?.deleted === deleted ? before.children : 0;
    if (found > 0) this.world.questions.set(address, { deleted, children: Math.max(found, known) });
    return Math.max(found, known);
  }
  /** Places of the rows that ask. */
  conflicts(): readonly number[] {
    return this.rows.flatMap((row, ordinal) => (row.kind === 'conflict' ? [ordinal] : []));
  }
  table(ordinal: number): CatalogTable {
    return tableOf(this.catalog, this.row(ordinal).table);
  }
}
