import type { LostItem } from '../../shared/contract/bin.ts';
import type { ClassItem } from '../../shared/contract/class.ts';
import type { ConnectionItem, DeviceItem } from '../../shared/contract/connection.ts';
import type { Result } from '../../shared/contract/contract.ts';
import type { GroupItem, ReasonItem, StudentItem } from '../../shared/contract/roster.ts';
import type { ScoreItem } from '../../shared/contract/score.ts';
import type { SettlementItem } from '../../shared/contract/settlement.ts';
import type { HeldErasureItem, RunResult } from '../../shared/contract/sync.ts';

/*
 * The documents of `--json`: exactly the keys the documentation of the command line names, so that scripts can rely on them
 * whatever else the contract carries.
 */

type TotalItem = Result<'totals.list'>['items'][number];
type RunItem = Result<'run.list'>['items'][number];
type RemoteClass = Result<'class.remote'>['items'][number];
type LogLine = Result<'app.log'>['items'][number];
type Test = Result<'connection.test'>;

/** A class of this device. */
export const classShape = ({ id, name, students, archived }: ClassItem) => ({ id, name, students, archived });

/** A class on a server; `here` says that this device has it. */
export const remoteClassShape = ({ id, name, students, here }: RemoteClass) => ({ id, name, students, here });

/** A student with the points of the open round. */
export const studentShape = ({ id, name, number, group, tags, note, deleted, current }: StudentItem) => ({
  id,
  name,
  number,
  group,
  tags,
  note,
  deleted,
  current,
});

/** An erasure of others that is not carried out here. */
export const heldErasureShape = ({ id, name, refused }: HeldErasureItem) => ({ id, name, refused });

/** A group of a class. */
export const groupShape = ({ id, name, color, sort, students }: GroupItem) => ({ id, name, color, sort, students });

/** A preset reason. */
export const reasonShape = ({ id, text, delta, category, builtIn }: ReasonItem) => ({
  id,
  text,
  delta,
  category,
  builtIn,
});

/** A score event. */
export const scoreShape = ({ id, studentId, reasonId, text, delta, note, at, by, device, voided }: ScoreItem) => ({
  id,
  studentId,
  reasonId,
  text,
  delta,
  note,
  at,
  by,
  device,
  voided,
});

/** A line of the totals. */
export const totalShape = ({ id, name, number, current, allTime }: TotalItem) => ({
  id,
  name,
  number,
  current,
  allTime,
});

/** A closed round. */
export const settlementShape = ({ id, name, at, by, device, events, reopened }: SettlementItem) => ({
  id,
  name,
  at,
  by,
  device,
  events,
  reopened,
});

/** A connection; never a secret. */
export const connectionShape = (item: ConnectionItem) => ({
  id: item.id,
  name: item.name,
  host: item.host,
  port: item.port,
  database: item.database,
  user: item.user,
  tls: item.tls,
  mode: item.mode,
  status: item.status,
  lastRunAt: item.lastRunAt,
  error: item.error,
  pending: { up: item.pending.up, down: item.pending.down, conflicts: item.pending.conflicts },
});

/** A device that has synced a class. */
export const deviceShape = ({ id, name, appVersion, lastSeen, removed, here }: DeviceItem) => ({
  id,
  name,
  appVersion,
  lastSeen,
  removed,
  here,
});

/** A connection test, step by step. */
export const testShape = ({ ok, steps }: Test) => ({
  ok,
  steps: steps.map(({ id, state, code, params, ms, databases }) => ({
    id,
    state,
    code,
    params,
    ms,
    ...(databases === undefined ? {} : { databases }),
  })),
});

/** A value in the recovery bin, and the record as it is here now. */
export const lostShape = ({ id, table, key, label, row, current, side, by, at, runId }: LostItem) => ({
  id,
  table,
  key,
  label,
  row,
  current,
  side,
  by,
  at,
  runId,
});

/** What went each way, as the document has it: a record that was brought back counts as added. */
const countsShape = ({ up, down }: RunResult['counts']) => ({ up: kindsShape(up), down: kindsShape(down) });
/** Rows by what happened to them. */
export const kindsShape = ({ add, update, delete: removed }: RunResult['counts']['up']) => ({
  add,
  update,
  delete: removed,
});

/** What a run did; `error` only when it failed. */
export const runResultShape = (run: RunResult) => ({
  runId: run.runId,
  planId: run.planId,
  outcome: run.outcome,
  counts: countsShape(run.counts),
  left: run.left.map(({ table, key, label, reason, blockedBy }) => ({ table, key, label, reason, blockedBy })),
  durationMs: run.durationMs,
  nextPlanId: run.nextPlanId,
  ...(run.error === null ? {} : { error: run.error }),
});

/** A run of the history. */
export const runShape = ({ runId, connection, device, startedAt, durationMs, outcome, counts }: RunItem) => ({
  runId,
  connection,
  device,
  startedAt,
  durationMs,
  outcome,
  counts: countsShape(counts),
});

/** A line of the log. */
export const logShape = ({ seq, at, level, event, data }: LogLine) => ({ seq, at, level, event, data });
