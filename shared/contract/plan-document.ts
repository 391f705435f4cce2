import type { PlanRowItem, PlanSummary } from './sync.ts';

/*
 * A plan as a document for other programs: exactly the keys the documentation of the command line names, whatever else the contract
 * carries. What `preview --json` prints and what the page saves are the same.
 */

/** A plan without its rows. */
export const planShape = (plan: PlanSummary) => ({
  planId: plan.planId,
  madeAt: plan.madeAt,
  connection: plan.connection,
  ends: { local: plan.ends.local, server: plan.ends.server },
  firstContact: plan.firstContact,
  ...(plan.restored === null ? {} : { restored: plan.restored }),
  clock: { offsetMs: plan.clock.offsetMs, uncertaintyMs: plan.clock.uncertaintyMs, trusted: plan.clock.trusted },
  checks: plan.checks.map(({ id, state, code, params }) =>
    code === null ? { id, state } : { id, state, code, params },
  ),
  summary: plan.summary.map(({ table, kind, direction, count }) => ({ table, kind, direction, count })),
  guards: plan.guards.map(({ id, table, count }) => ({ id, table, count })),
});

/** One row of a plan; `conflict` only on conflicts. */
export const planRowShape = (row: PlanRowItem) => ({
  table: row.table,
  key: row.key,
  label: row.label,
  kind: row.kind,
  ...(row.kind === 'conflict' ? { conflict: row.conflict } : {}),
  direction: row.direction,
  fields: row.fields.map(({ name, base, local, server, result, clash }) => ({
    name,
    base,
    local,
    server,
    result,
    clash,
  })),
  times: { base: row.times.base, local: row.times.local, server: row.times.server },
  by: { local: row.by.local, server: row.by.server },
  recommended: row.recommended,
  reason: row.reason,
  blockedBy: row.blockedBy,
});
