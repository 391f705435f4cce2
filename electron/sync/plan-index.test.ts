import { expect, it } from 'vitest';
import { countPlan } from './count-plan.ts';
import { decide } from './draft.ts';
import { planIndex, planTally } from './plan-index.ts';
import { listPlaces, listRows } from '../store/sync/list-rows.ts';
import { addPlanRefusals } from '../store/sync/plan-links.ts';
import { addPlanRows, beginPlan, finishPlan } from '../store/sync/plan-store.ts';
import type { ClassStore } from '../store/class-store.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { syncedTables } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import type { ChangeKind, Direction, PlanRow } from '../../shared/sync/plan.ts';
import { pick, randomOf, randomUuid, type Random } from '../../tests/simulation/random.ts';
import { rowOf } from '../../tests/support/remote-runs.ts';
import { testClass } from '../../tests/support/test-class.ts';

const labels = ['Li Wei · 12', '张三 · 7', 'Chen Yu', '单雄信 · 3', 'Ada'];
const byPlan = { by: 'plan', descending: false } as const;
const { signal } = new AbortController();

function randomRow(next: Random): { readonly row: PlanRow; readonly direction: Direction } {
  const table = pick(next, syncedTables(classroomCatalog)) ?? classroomCatalog.tables[0];
  if (table === undefined) throw new Error('no table');
  const kind: ChangeKind = pick(next, ['add', 'update', 'update', 'delete', 'conflict'] as const) ?? 'add';
  const way: Direction = pick(next, ['up', 'down'] as const) ?? 'up';
  const direction = kind === 'conflict' || (kind !== 'delete' && next(4) === 0) ? 'both' : way;
  const ids = table.key.map((name) => [name, randomUuid(next)] as const);
  const version = rowOf(table.name, Object.fromEntries(ids));
  const here = kind === 'add' && direction === 'down' ? null : version;
  const row: PlanRow = {
    table: table.name,
    pk: pkOf(table, version),
    label: pick(next, labels) ?? '',
    kind,
    conflict: kind === 'conflict' ? 'both-updated' : null,
    restored: false,
    trees: { base: version, local: here, server: version },
    result: kind === 'conflict' ? undefined : version,
    fields: [],
    origin: { baseAt: null, localAt: null, serverAt: null, localBy: null, serverBy: null },
    recommended: null,
    reason: null,
    serverVer: null,
  };
  return { row, direction };
}

/** A row as it stands in a plan. */
type Stored = Parameters<typeof addPlanRows>[2] extends Iterable<infer Row> ? Row : never;

/** An open plan of random rows, some of which cannot be stored; answers its rows. */
function randomPlan(store: ClassStore, planId: string, next: Random): readonly Stored[] {
  const head = {
    id: planId,
    connectionId: 'c',
    peerId: 'p',
    madeAt: '2026-11-20T08:00:00.000Z',
    seq: 0,
    deviceId: 'd',
    epoch: 'e',
    catalogHash: 'h',
    purpose: 'sync' as const,
    undoes: null,
    firstContact: false,
  };
  const rows = Array.from({ length: 20 + next(60) }, (_none, ordinal) => {
    const { row, direction } = randomRow(next);
    const { search, sortKey } = nameKeys(row.label);
    // Few moments, so that some rows are of the same one.
    const at = `2026-11-20T08:0${next(6)}:00.000Z`;
    return { ordinal, direction, at, sortKey, search, row };
  });
  store.transaction(() => {
    beginPlan(store, head);
    addPlanRows(store, planId, rows);
    const refused = rows.filter(({ row }) => row.kind !== 'conflict' && next(15) === 0);
    addPlanRefusals(
      store,
      planId,
      refused.map(({ ordinal }) => ({ ordinal, column: 'name', reason: 'refused' as const })),
    );
    finishPlan(store, planId, { planHash: 'x', facts: '{}', firstContact: false });
  });
  return rows;
}

/** The places of rows in an order of the list, told without SQL: by one thing, and in plan order where that is equal. */
function inOrder(rows: readonly Stored[], { by, descending }: Parameters<typeof listRows>[3]): readonly number[] {
  const keyOf = ({ row, sortKey, at }: Stored): string =>
    by === 'change' ? row.kind : by === 'record' ? sortKey : by === 'when' ? (at ?? '') : '';
  const compare = (a: Stored, b: Stored): number => {
    const order = keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0;
    return (descending ? -order : order) || a.ordinal - b.ordinal;
  };
  return rows.toSorted(compare).map(({ ordinal }) => ordinal);
}

it('every count of a plan is how many rows the list shows for it, whatever the plan (P4, F2)', async () => {
  const store = testClass();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = randomOf(seed);
  for (let round = 0; round < 8; round += 1) {
    const planId = `plan-${round}`;
    const about = `seed ${seed}, round ${round}`;
    randomPlan(store, planId, next);
    let sum = 0;
    const { summary } = await countPlan(store, planId, signal);
    for (const { table, kind, direction, count } of summary) {
      const filter = { tables: [table], kinds: [kind], directions: [direction] };
      const cell = `${about}, ${table} ${kind} ${direction}`;
      expect((await planIndex(store, planId, filter, byPlan, signal)).total, cell).toBe(count);
      expect((await planTally(store, planId, filter, signal)).total, cell).toBe(count);
      sum += count;
    }
    expect((await planIndex(store, planId, {}, byPlan, signal)).total, about).toBe(sum);
    for (const by of ['plan', 'change', 'record', 'when'] as const)
      for (const filter of [{}, { search: 'li' }, { kinds: ['update'], directions: ['up'] }]) {
        const sort = { by, descending: next(2) === 0 };
        const places = listRows(store, planId, filter, sort).map(({ ordinal }) => ordinal);
        expect(listPlaces(store, planId, filter, sort).ordinals, `${about}, by ${by}`).toEqual(places);
      }
  }
});

it('a sorted list stands in the order it says, upwards and downwards, and in plan order where that is equal (F3)', async () => {
  const store = testClass();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = randomOf(seed);
  for (let round = 0; round < 8; round += 1) {
    const planId = `plan-${round}`;
    const rows = randomPlan(store, planId, next);
    for (const by of ['change', 'record', 'when'] as const)
      for (const descending of [false, true]) {
        const sort = { by, descending };
        const { ordinals } = await planIndex(store, planId, {}, sort, signal);
        expect(ordinals, `seed ${seed}, round ${round}, by ${by}, ${descending ? 'down' : 'up'}`).toEqual(
          inOrder(rows, sort),
        );
      }
  }
});

it('the counts beside the boxes are those of the rows, whatever is ticked and filtered (C7, F2)', async () => {
  const store = testClass();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = randomOf(seed);
  const call = { signal, progress: () => {} };
  for (let round = 0; round < 6; round += 1) {
    const planId = `plan-${round}`;
    const about = `seed ${seed}, round ${round}`;
    randomPlan(store, planId, next);
    for (let step = 0; step < 3; step += 1) {
      const filter = pick(next, [{}, { kinds: ['update' as const] }, { search: 'zs' }, { unresolved: true }]) ?? {};
      const target = { filter };
      if (next(2) === 0) await decide(store, { classId: '', planId, target, include: next(2) === 0 }, call);
      else await decide(store, { classId: '', planId, target, rule: next(2) === 0 ? 'local' : 'later' }, call);
    }
    for (const filter of [{}, { search: 'li' }, { chosen: ['local' as const, 'out' as const] }, { unresolved: true }]) {
      const tally = await planTally(store, planId, filter, signal);
      const { ordinals, sections } = await planIndex(store, planId, filter, byPlan, signal);
      expect(tally.total, about).toBe(ordinals.length);
      const totals = Object.fromEntries(tally.sections.map(({ key, total }) => [key, total]));
      for (const [index, { key, from }] of sections.entries())
        expect((sections[index + 1]?.from ?? ordinals.length) - from, `${about}, ${key}`).toBe(totals[key]);
      expect(tally.ticked, about).toBeLessThanOrEqual(tally.tickable);
      await decide(store, { classId: '', planId, target: { filter }, include: true }, call);
      const all = await planTally(store, planId, filter.chosen === undefined ? filter : {}, signal);
      expect(all.ticked, about).toBe(all.tickable);
    }
  }
});

it('one box for many rows takes in all that a tick can, then takes all of them out, whatever asks among them (C5)', async () => {
  const store = testClass();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = randomOf(seed);
  const call = { signal, progress: () => {} };
  for (let round = 0; round < 6; round += 1) {
    const planId = `plan-${round}`;
    const about = `seed ${seed}, round ${round}`;
    randomPlan(store, planId, next);
    const toggle = async (ordinals: readonly number[]): Promise<void> =>
      void (await decide(store, { classId: '', planId, target: { ordinals: [...ordinals] }, include: 'toggle' }, call));
    const out = async (): Promise<readonly number[]> =>
      (await planIndex(store, planId, { chosen: ['out'] }, byPlan, signal)).ordinals;
    const { ordinals } = await planIndex(store, planId, {}, byPlan, signal);
    const some = ordinals.filter(() => next(2) === 0);
    const one = some.find((_ordinal, place) => place > some.length / 2) ?? 0;
    // One of them, far away and not read, is out already.
    await decide(store, { classId: '', planId, target: { ordinals: [one] }, include: false }, call);
    const before = await planTally(store, planId, {}, signal);
    await toggle(some);
    const all = await planTally(store, planId, {}, signal);
    if (before.ticked < before.tickable) {
      expect(all.ticked, about).toBe(all.tickable);
      await toggle(some);
    }
    const none = await planTally(store, planId, {}, signal);
    expect(none.ticked, about).toBeLessThan(none.tickable);
    // What asks has no tick to lose: nothing is held against it for when it is decided.
    const { ordinals: asking } = await planIndex(store, planId, { unresolved: true }, byPlan, signal);
    const left = await out();
    expect(
      asking.filter((ordinal) => ordinal !== one && left.includes(ordinal)),
      about,
    ).toEqual([]);
    await toggle(some);
    const again = await planTally(store, planId, {}, signal);
    expect(again.ticked, about).toBe(again.tickable);
  }
});
