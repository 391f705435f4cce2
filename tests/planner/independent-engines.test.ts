import { createHash } from 'node:crypto';
import { constants, DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { Cell, Row, TreeRow } from '../../shared/sync/plan.ts';
import { randomOf, type Random } from '../simulation/random.ts';
import { observed, resolve } from './carry-out.ts';
import { MemoryPlan, World } from './memory-plan.ts';
import { idOf, smallCatalog, smallTable, text } from './small-catalog.ts';

/*
 * What other engines say of the same three trees, without any function of ours: a synchroniser of files, which knows a row by the hash of all of it, a merge by
 * cell as a database of rows does it (both written here), and the changesets of SQLite, which record what a session changed and apply it to another database.
 */

const columns = ['a', 'b', 'c', 'd'] as const;
const catalog = smallCatalog([
  smallTable('thing', 'entity', {
    columns: [text('id', { type: 'uuid', nullable: false }), ...columns.map((name) => text(name))],
  }),
]);

const hash = (row: TreeRow | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify(row ?? null))
    .digest('hex');

/** The file synchroniser: where only one side's hash differs from the last one known to both it copies; where both do, and differently, it asks. */
function classify(base: TreeRow | undefined, local: TreeRow, server: TreeRow): 'same' | 'up' | 'down' | 'both' {
  const [b, l, s] = [hash(base), hash(local), hash(server)];
  if (l === s) return 'same';
  if (s === b) return 'up';
  return l === b ? 'down' : 'both';
}

/** The merge by cell of two changed rows; null where two changes of one cell differ, or a row is gone on one side. */
function mergeCells(base: TreeRow | undefined, local: TreeRow, server: TreeRow): Row | null {
  if (local === null || server === null || base === undefined || base === null) return null;
  const cells: [string, Cell][] = [];
  for (const name of ['id', ...columns]) {
    const [b, l, s] = [base[name] ?? null, local[name] ?? null, server[name] ?? null];
    if (l !== b && s !== b && l !== s) return null;
    cells.push([name, l === b ? s : l]);
  }
  return Object.fromEntries(cells);
}

function changed(next: Random, row: TreeRow, key: string): TreeRow {
  if (next(8) === 0) return null;
  const cells = Object.fromEntries(columns.map((name) => [name, String(next(3))]));
  if (row === null) return { id: key, ...cells };
  const name = columns[next(columns.length)] ?? 'a';
  return { ...row, [name]: next(5) === 0 ? null : String(next(3)) };
}

function randomTable(next: Random): World {
  const world = new World(catalog);
  for (let row = 0; row < 60; row += 1) {
    const key = idOf(row.toString(16));
    const pk = JSON.stringify([key]);
    const base = next(5) === 0 ? undefined : changed(next, null, key);
    const start = base ?? null;
    const side = (): TreeRow => {
      let version = start;
      for (let edits = next(3); edits > 0; edits -= 1) version = changed(next, version, key);
      return version;
    };
    world.set('thing', pk, { base, local: side(), server: side() });
  }
  return world;
}

it('conflicts and merged values are those of a file synchroniser and of a merge by cell, on 300 random tables', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const world = randomTable(randomOf(seed));
    const plan = new MemoryPlan(observed(world.copy()));
    const effects = new Map(resolve(plan).effects.map((effect) => [effect.pk, effect]));
    const ours = { up: [] as string[], down: [] as string[], asked: [] as string[], merged: [] as string[] };
    const theirs: typeof ours = { up: [], down: [], asked: [], merged: [] };
    const line = (pk: string, row: TreeRow): string => `${pk} ${hash(row)}`;
    for (const pk of world.keys('thing')) {
      const { base, local, server } = world.trees('thing', pk);
      const verdict = classify(base, local, server);
      const merged = verdict === 'both' ? mergeCells(base, local, server) : null;
      if (verdict === 'up') theirs.up.push(line(pk, local));
      else if (verdict === 'down') theirs.down.push(line(pk, server));
      else if (merged !== null) theirs.merged.push(line(pk, merged));
      else if (verdict === 'both') theirs.asked.push(pk);
      const ordinal = plan.ordinal('thing', pk);
      const effect = effects.get(pk);
      if (ordinal !== null && plan.row(ordinal).kind === 'conflict') ours.asked.push(pk);
      else if (effect !== undefined && verdict === 'both') ours.merged.push(line(pk, effect.result));
      else if (effect !== undefined) ours[effect.up ? 'up' : 'down'].push(line(pk, effect.result));
    }
    expect(ours, `seed ${seed}`).toEqual(theirs);
    expect(theirs.asked.length, `seed ${seed}`).toBeGreaterThan(0);
  }
});

/** A database with the one table, and one row of it where there is one. */
function databaseOf(row: TreeRow): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec(`CREATE TABLE thing (id TEXT PRIMARY KEY, ${columns.join(' TEXT, ')} TEXT)`);
  put(db, null, row);
  return db;
}

/** Changes the one row of a database in the cells that differ, as a person's edit would. */
function put(db: DatabaseSync, from: TreeRow, to: TreeRow): void {
  const cells = (row: Row, names: readonly string[]): SQLInputValue[] => names.map((name) => row[name] ?? null);
  if (to === null) db.exec('DELETE FROM thing');
  else if (from === null)
    db.prepare(`INSERT INTO thing VALUES (?${', ?'.repeat(columns.length)})`).run(...cells(to, ['id', ...columns]));
  else
    for (const name of columns.filter((column) => from[column] !== to[column]))
      db.prepare(`UPDATE thing SET ${name} = ?`).run(to[name] ?? null);
}

/** What SQLite makes of the changes here on the server's row: the row that results, or that they are in conflict with it. */
function applied(base: TreeRow, local: TreeRow, server: TreeRow): { readonly row: TreeRow } | 'conflict' {
  const [here, there] = [databaseOf(base), databaseOf(server)];
  const session = here.createSession();
  put(here, base, local);
  let conflicts = 0;
  there.applyChangeset(session.changeset(), {
    onConflict: () => {
      conflicts += 1;
      return constants.SQLITE_CHANGESET_OMIT;
    },
  });
  const found = there.prepare('SELECT * FROM thing').get();
  for (const db of [here, there]) db.close();
  if (conflicts > 0) return 'conflict';
  return {
    row: found === undefined ? null : Object.fromEntries(Object.entries(found).map(([k, v]) => [k, v as Cell])),
  };
}

it('conflicts and merged values are those of the changesets of SQLite, on 40 random tables', () => {
  const seen = { conflict: 0, merged: 0, oneSided: 0 };
  for (let seed = 1001; seed <= 1040; seed += 1) {
    const world = randomTable(randomOf(seed));
    const plan = new MemoryPlan(observed(world.copy()));
    const effects = new Map(resolve(plan).effects.map((effect) => [effect.pk, effect]));
    for (const pk of world.keys('thing')) {
      const { base, local, server } = world.trees('thing', pk);
      const same = hash(local) === hash(server);
      const ordinal = plan.ordinal('thing', pk);
      // A changeset calls it a conflict too when both made the same edit; that is nothing to ask about.
      if (same) expect([seed, pk, ordinal], 'identical edits').toEqual([seed, pk, null]);
      if (same || base === undefined) continue;
      const theirs = applied(base, local, server);
      const asks = ordinal !== null && plan.row(ordinal).kind === 'conflict';
      if (theirs === 'conflict') {
        const cells = mergeCells(base, local, server);
        // Of cells both gave the same value, and others only one changed, a changeset keeps nothing.
        expect([seed, pk, asks]).toEqual([seed, pk, cells === null]);
        seen.conflict += asks ? 1 : 0;
        continue;
      }
      expect([seed, pk, asks, effects.get(pk)?.result ?? null]).toEqual([seed, pk, false, theirs.row]);
      const both = hash(local) !== hash(base) && hash(server) !== hash(base);
      seen[both ? 'merged' : 'oneSided'] += 1;
    }
  }
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(50);
});
