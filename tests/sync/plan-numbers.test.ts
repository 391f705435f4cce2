import { expect, it } from 'vitest';
import { contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import { testConnection } from '../../shared/contract/test-connection.ts';
import type { BulkRule, PlanRowItem, PlanSummary } from '../../shared/contract/sync.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import { diffRow, noHints } from '../../shared/sync/diff.ts';
import { listRow } from '../../shared/sync/list-row.ts';
import type { Row, Trees } from '../../shared/sync/plan.ts';
import { connectionShape } from '../../electron/cli/shapes.ts';
import type { ClassStore } from '../../electron/store/class-store.ts';
import { addConnection, getConnection, setConnectionPeer } from '../../electron/store/connection-store.ts';
import { addPlanRows, beginPlan, finishPlan } from '../../electron/store/sync/plan-store.ts';
import { changeSeq } from '../../electron/store/sync/peer-store.ts';
import { countPlan } from '../../electron/sync/count-plan.ts';
import { decide, stepChoice } from '../../electron/sync/draft.ts';
import { factsToText } from '../../electron/sync/plan-facts.ts';
import { planIndex, planTally } from '../../electron/sync/plan-index.ts';
import { planRowItems, planSummaryOf } from '../../electron/sync/plan-view.ts';
import { noteWaiting, waitingOf } from '../../electron/sync/waiting.ts';
import { filterFrom, toPlanFilter } from '../../renderer/features/sync/preview/change-filter.ts';
import { matrixFilter, matrixOf } from '../../renderer/features/sync/preview/matrix-counts.ts';
import { stateOf } from '../../shared/sync/badge-state.ts';
import { pick, randomOf, randomUuid, type Random } from '../simulation/random.ts';
import { rowOf } from '../support/remote-runs.ts';
import { testClass } from '../support/test-class.ts';

const byPlan = { by: 'plan', descending: false } as const;
const call = { signal: new AbortController().signal, progress: () => {} };
const noFacts = {
  ends: { local: 'Room 301', server: 'db / 5B' },
  clock: { offsetMs: 0, uncertaintyMs: 1, trusted: true },
  checks: [],
  guards: [],
};

/** One row as the three trees may have it, of a table that needs no other. */
function randomTrees(next: Random): { readonly table: string; readonly trees: Trees } {
  const table = pick(next, ['student', 'reason', 'reward', 'class_setting', 'avatar'] as const) ?? 'student';
  const { key } = tableOf(classroomCatalog, table);
  const ids = Object.fromEntries(key.map((name) => [name, randomUuid(next)]));
  const texts = contentColumns(tableOf(classroomCatalog, table)).filter(
    ({ name, type, nullable }) => type === 'text' && !key.includes(name) && (!nullable || name === 'note'),
  );
  const version = (): Row =>
    rowOf(table, {
      ...ids,
      ...Object.fromEntries(texts.map(({ name }) => [name, pick(next, ['A', 'B', 'C']) ?? 'A'])),
      ...(table === 'student' && next(6) === 0 ? { deleted_at: '2026-11-20T08:00:00.000Z' } : {}),
    });
  const base = next(4) === 0 ? undefined : version();
  const side = (): Row | null => (next(3) === 0 ? (base ?? null) : next(6) === 0 ? null : version());
  return { table, trees: { base, local: side(), server: side() } };
}

/** An open plan of random rows as the planner lists them. */
async function randomPlan(store: ClassStore, connectionId: string, planId: string, next: Random): Promise<void> {
  const head = {
    id: planId,
    connectionId,
    peerId: 'p',
    madeAt: '2026-11-20T08:00:00.000Z',
    seq: changeSeq(store),
    deviceId: 'd',
    epoch: 'e',
    catalogHash: 'h',
    purpose: 'sync' as const,
    undoes: null,
    firstContact: false,
  };
  const origin = { baseAt: null, localAt: null, serverAt: null, localBy: null, serverBy: null };
  const rows = Array.from({ length: 60 }, () => randomTrees(next)).flatMap(({ table: name, trees }) => {
    const table = tableOf(classroomCatalog, name);
    const outcome = diffRow(table, trees, noHints);
    const shown = trees.local ?? trees.server ?? trees.base;
    if (outcome.kind === 'agreed' || shown === null || shown === undefined) return [];
    const words = { label: 'Li Wei', origin, newer: null, untold: null, serverVer: null };
    return [listRow(table, pkOf(table, shown), trees, outcome, words)];
  });
  const { search, sortKey } = nameKeys('Li Wei');
  store.transaction(() => {
    beginPlan(store, head);
    addPlanRows(
      store,
      planId,
      rows.map((row, ordinal) => ({ ...row, ordinal, at: head.madeAt, sortKey, search })),
    );
  });
  const { summary } = await countPlan(store, planId, call.signal);
  const facts = factsToText({ ...noFacts, summary, total: rows.length }, '1');
  store.transaction(() => finishPlan(store, planId, { planHash: 'x', facts, firstContact: false }));
}

/** Says something random about random rows of a plan, as a person would. */
async function say(store: ClassStore, planId: string, next: Random): Promise<void> {
  const rules: readonly BulkRule[] = ['local', 'server', 'merge-local', 'merge-server', 'newer', 'later', 'reset'];
  const { ordinals: all } = await planIndex(store, planId, {}, byPlan, call.signal);
  const ordinals = all.filter(() => next(3) === 0);
  const target = { ordinals };
  const params = { classId: '', planId, target };
  switch (next(5)) {
    case 0:
      await decide(store, { ...params, include: next(2) === 0 }, call);
      break;
    case 1:
      stepChoice(store, planId, next(2) === 0 ? 'undo' : 'redo');
      break;
    case 2:
      for (const ordinal of ordinals.slice(0, 3))
        await decide(store, { ...params, target: { ordinals: [ordinal] }, choice: 'both' }, call).catch(() => {});
      break;
    default:
      await decide(store, { ...params, rule: pick(next, rules) ?? 'local' }, call).catch(() => {});
  }
}

/** What the rows of the list themselves come to, counted one by one: no count of the engine is used. */
function counted(rows: readonly PlanRowItem[]): Pick<PlanSummary, 'ready' | 'undecided' | 'blocked' | 'total'> {
  const going = rows.filter(({ included }) => included);
  const ways = (...wanted: readonly PlanRowItem['direction'][]): number =>
    going.filter(({ direction }) => wanted.includes(direction)).length;
  const asks = rows.filter(
    ({ kind, left }) => left === 'undecided' || left === 'value-taken' || (left === 'skipped' && kind === 'conflict'),
  );
  return {
    ready: {
      apply: ways('up', 'both'),
      pull: ways('down', 'both'),
      both: ways('both'),
      sync: going.length,
      leave: rows.length - going.length,
    },
    undecided: asks.length,
    blocked: rows.filter(({ left }) => left === 'blocked' || left === 'erasure-waits').length,
    total: rows.length,
  };
}

async function expectNumbers(store: ClassStore, connectionId: string, planId: string, about: string): Promise<void> {
  const { signal } = call;
  const plan = await planSummaryOf(store, planId, signal);
  const all = (await planIndex(store, planId, {}, byPlan, signal)).ordinals;
  const rows = await planRowItems(store, planId, all, signal);
  const { ready, undecided, blocked, total } = plan;
  expect({ ready, undecided, blocked, total }, about).toEqual(counted(rows));
  // Whoever works the list out for the first time comes to the same as who followed every word that was said.
  const unfollowed = { ...store };
  expect(await planSummaryOf(unfollowed, planId, signal), about).toEqual(plan);
  expect(await planRowItems(unfollowed, planId, all, signal), about).toEqual(rows);
  // The head of the list, and the way from one question to the next.
  expect((await planIndex(store, planId, { unresolved: true }, byPlan, signal)).total, about).toBe(undecided);
  expect((await planTally(store, planId, {}, signal)).undecided, about).toBe(undecided);
  expect((await planTally(store, planId, { unresolved: false }, signal)).total, about).toBe(total - undecided);
  expect((await planTally(store, planId, {}, signal)).ticked, about).toBe(ready.sync);
  // The summary: every number is how many rows its button shows, and all of them are all rows.
  const { columns, lines } = matrixOf(plan.summary, plan.questions);
  let sum = 0;
  for (const { category, counts } of lines)
    for (const [place, count] of counts.entries()) {
      const column = columns[place];
      if (column === undefined) throw new Error('a number without a column');
      const filter = toPlanFilter(filterFrom(new URLSearchParams(matrixFilter(category, column))));
      const cell = `${about}, ${category} ${JSON.stringify(column)}`;
      expect((await planIndex(store, planId, filter, byPlan, signal)).total, cell).toBe(count);
      expect((await planTally(store, planId, filter, signal)).total, cell).toBe(count);
      sum += count;
    }
  expect(sum, about).toBe(total);
  // The card, the badge and the command line.
  noteWaiting(store, connectionId, { ...ready, undecided, blocked }, { planId, seq: changeSeq(store) });
  const pending = waitingOf(store, getConnection(store, connectionId));
  expect(pending, about).toEqual({
    up: ready.apply,
    down: ready.pull,
    both: ready.both,
    conflicts: undecided,
    blocked,
    left: ready.leave - undecided - blocked,
  });
  const item = testConnection({ id: connectionId, pending });
  const { up, down } = pending;
  expect(connectionShape(item).pending, about).toEqual({ up, down, conflicts: undecided });
  const state = stateOf(item, new Date().toISOString());
  if (undecided > 0) expect(state, about).toEqual({ kind: 'needs-you', count: undecided, up, down });
  else if (ready.sync > 0) expect(state, about).toMatchObject({ count: ready.sync });
  else expect(state.kind, about).toBe(ready.leave > 0 ? 'left-out' : 'all-safe');
}

it('P4, P10, C7: every number of card, badge, sheet, summary, head, buttons and command line is how many rows it shows, whatever was decided', async () => {
  const store = testClass();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = randomOf(seed);
  const fields = { builtin: false, host: 'h', port: 5432, database: 'd', user: 'u', tls: 'disable', ca: null } as const;
  const more = { fingerprint: null, allowWeakPassword: false, mode: 'two-way', deletes: 'keep' } as const;
  const { id } = addConnection(store, { name: 'school', ...fields, ...more }, '2026-11-20T08:00:00.000Z');
  store.db.pragma('foreign_keys = OFF');
  setConnectionPeer(store, id, 'p');
  for (let round = 0; round < 6; round += 1) {
    const planId = `plan-${round}`;
    await randomPlan(store, id, planId, next);
    for (let step = 0; step < 6; step += 1) {
      await expectNumbers(store, id, planId, `seed ${seed}, round ${round}, step ${step}`);
      await say(store, planId, next);
    }
  }
});
