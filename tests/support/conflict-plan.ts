import { tableOf } from '../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { PlanRow } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../../electron/store/class-store.ts';
import { addPlanRows, beginPlan, finishPlan, type StoredPlanRow } from '../../electron/store/sync/plan-store.ts';
import { factsToText, type PlanFacts } from '../../electron/sync/plan-facts.ts';
import { rowOf } from './remote-runs.ts';

const facts: PlanFacts = {
  ends: { local: 'Room 301', server: 'school / 5B' },
  clock: { offsetMs: 0, uncertaintyMs: 1, trusted: true },
  checks: [],
  summary: [],
  guards: [],
  total: 0,
};

/** Writes an open plan of so many students whose name was changed on both sides, always the same ones, and behind them an erasure made here where it is wanted. */
export function conflictPlan(store: ClassStore, planId: string, count: number, { erases = false } = {}): void {
  const table = tableOf(classroomCatalog, 'student');
  const rows = Array.from({ length: count }, (_none, ordinal) => {
    const version = (name: string) => rowOf('student', { id, name, number: String(ordinal) });
    const id = `00000000-0000-7000-8000-${String(ordinal).padStart(12, '0')}`;
    const row: PlanRow = {
      table: 'student',
      pk: pkOf(table, version('')),
      label: `Student ${ordinal}`,
      kind: 'conflict',
      conflict: 'both-updated',
      restored: false,
      trees: { base: version('before'), local: version('here'), server: version('there') },
      result: undefined,
      fields: [
        { name: 'name', base: 'before', local: 'here', server: 'there', result: null, decided: false, clash: true },
      ],
      origin: { baseAt: null, localAt: null, serverAt: null, localBy: null, serverBy: null },
      recommended: null,
      reason: null,
      serverVer: null,
    };
    return { ordinal, direction: 'both' as const, at: '2026-11-20T08:00:00.000Z', sortKey: '', search: '', row };
  });
  store.transaction(() => {
    beginPlan(store, {
      id: planId,
      connectionId: 'c',
      peerId: 'p',
      madeAt: '2026-11-20T08:00:00.000Z',
      seq: 0,
      deviceId: 'd',
      epoch: 'e',
      catalogHash: 'h',
      purpose: 'sync',
      undoes: null,
      firstContact: false,
    });
    addPlanRows(store, planId, rows);
    if (erases) addPlanRows(store, planId, [erasureAt(count)]);
    finishPlan(store, planId, { planHash: 'x', facts: factsToText(facts, '1'), firstContact: false });
  });
}

function erasureAt(ordinal: number): StoredPlanRow {
  const table = tableOf(classroomCatalog, 'erasure');
  const version = rowOf('erasure', {});
  const row: PlanRow = {
    table: 'erasure',
    pk: pkOf(table, version),
    label: 'Erasure',
    kind: 'add',
    conflict: null,
    restored: false,
    trees: { base: undefined, local: version, server: null },
    result: version,
    fields: [],
    origin: { baseAt: null, localAt: null, serverAt: null, localBy: null, serverBy: null },
    recommended: null,
    reason: null,
    serverVer: null,
  };
  return { ordinal, direction: 'up', at: '2026-11-20T08:00:00.000Z', sortKey: '', search: '', row };
}
