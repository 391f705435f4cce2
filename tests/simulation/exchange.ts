import type { PlanRowItem, PlanSummary, RunResult } from '../../shared/contract/sync.ts';
import { decide, type Rule } from './decisions.ts';
import { edit } from './edits.ts';
import {
  bothChanged,
  checkEffects,
  checkLocalUntouched,
  checkServerUntouched,
  expectationOf,
  promised,
  type Expectation,
  type Mode,
} from './expectation.ts';
import { endTransaction, foreignEdit } from './foreign-writer.ts';
import { checkBeliefStays, checkNothingHiddenIsGone } from './hidden-rows.ts';
import { checkMirrored } from './mirror.ts';
import { Broken, type Sides } from './oracle.ts';
import { rowsOf } from './plan-rows.ts';
import { pick } from './random.ts';
import { armFault, isPreviewFault, settleFault, type Armed, type SyncFault } from './sync-faults.ts';
import { addressOf, differing, marksOf, observedSnapshot, statement, valueOf, type Snapshot } from './snapshot.ts';
import { noDecisions } from './versions.ts';
import { codeOf, countFault, note, peerOf, type Member, type World } from './world.ts';

/** How one sync is done. */
export interface Manner {
  readonly mode: Mode;
  readonly rule: Rule;
  readonly fault: SyncFault | null;
  /** The plan was made long ago: what it does may be overtaken already. */
  readonly old?: boolean;
  /** What the list is for, where it is no ordinary one. */
  readonly purpose?: PlanSummary['purpose'];
  /** Somebody edits between plan and run. */
  readonly editBetween: boolean;
  readonly foreignBetween: boolean;
}

/** Which list is asked for: the ordinary one, the one that takes everything from the server, or the one that takes a run back. */
export type Wanted =
  | { readonly kind: 'sync' }
  | { readonly kind: 'replace' }
  | { readonly kind: 'undo'; readonly runId: string };

/** A sync as it goes when nothing is wrong. */
export function plainly(mode: Manner['mode']): Manner {
  return { mode, rule: 'server', fault: null, editBetween: false, foreignBetween: false };
}

/** Previews, decides and runs, and checks everything that must hold before, between and after. Answers how many rows the plan listed. */
export async function exchange(world: World, member: Member, manner: Manner): Promise<number | null> {
  const plan = await preview(world, member, isPreviewFault(manner.fault) ? manner.fault : null);
  if (plan === null) return null;
  if (plan.total > 0 || manner.mode === 'pull') await decideAndRun(world, member, plan.planId, manner);
  return plan.total;
}

/** One preview; null when it failed because of a fault. */
export async function preview(
  world: World,
  member: Member,
  fault: SyncFault | null = null,
  wanted: Wanted = { kind: 'sync' },
): Promise<PlanSummary | null> {
  const { device, classId, connectionId } = member;
  const wasAway = world.yearPassed && (await wasAwayTooLong(world, member));
  const believed = observedSnapshot(device.file(classId), peerOf(member));
  const armed = fault === null ? null : await armFault(world, member, fault);
  // Whoever arms a fault may first have let a transaction end that was open.
  const before = await world.oracle.sides(device, classId, 'known');
  let plan: PlanSummary | null = null;
  let outcome = '';
  try {
    const options = armed?.signal === undefined ? undefined : { signal: armed.signal };
    if (wanted.kind === 'undo') plan = await device.call('run.undo', { classId, runId: wanted.runId }, options);
    else
      plan = await device.call(
        wanted.kind === 'replace' ? 'sync.previewReplace' : 'sync.preview',
        { classId, connectionId },
        options,
      );
  } catch (error) {
    outcome = codeOf(error);
  }
  const struck = armed === null ? false : await settleFault(world, member, armed);
  const refused = wanted.kind === 'undo' && outcome === 'undo-refused';
  if (plan === null && !struck && !refused) throw new Broken('I16', `a preview without a fault ended with ${outcome}`);
  const sides = await world.oracle.sides(device, classId);
  checkServerUntouched('I4', before, sides);
  world.oracle.noteExchange(device, sides, { ...noDecisions, looked: plan !== null && !struck });
  const items = plan === null || plan.total === 0 || armed?.folder != null ? [] : await rowsOf(member, plan.planId);
  note(world, `${device.name} previews ${plan === null || struck ? outcome : described(items)}`);
  if (wanted.kind !== 'undo') checkNothingHiddenIsGone(items, sides, believed);
  if (armed?.show != null) checkBeliefStays(believed, observedSnapshot(device.file(classId), peerOf(member)), sides);
  if (plan === null || struck) return null;
  if (wasAway) countFault(world, 'year-offline');
  world.oracle.checkBelief(device, classId, peerOf(member), sides);
  if (wanted.kind === 'sync') {
    const { base } = marksOf(device.file(classId), peerOf(member));
    checkMirrored(items, base, sides, (address) => world.oracle.isGone(address, sides));
  }
  if (plan.total > 0 && plan.purpose === 'sync') member.oldPlan = plan.planId;
  return plan;
}

/** Decides what asks, then runs a plan. */
export async function decideAndRun(world: World, member: Member, planId: string, manner: Manner): Promise<void> {
  const { device, classId } = member;
  const purpose = manner.purpose ?? 'sync';
  if (purpose === 'sync') await decide(world, member, planId, manner.rule);
  const expectation = expectationOf(await rowsOf(member, planId), purpose);
  noteAsked(world, expectation);
  if (manner.editBetween) {
    countFault(world, 'edit-between');
    await edit(world, member);
  }
  if (manner.foreignBetween) {
    countFault(world, 'foreign-between');
    await foreignEdit(world, anyStudentOf(world, expectation));
  }
  await letGo(world, expectation);
  const armed =
    manner.fault === null || isPreviewFault(manner.fault) ? null : await armFault(world, member, manner.fault);
  // Whoever arms a fault may first have let a transaction end that was open.
  const before = await world.oracle.sides(device, classId, 'known');
  let result: RunResult | null = null;
  let outcome: string;
  try {
    const options = armed?.signal === undefined ? undefined : { signal: armed.signal };
    result = await device.call(
      'sync.run',
      { classId, planId, mode: manner.mode, allowMassChange: true, allowErase: true },
      options,
    );
    outcome = result.outcome;
  } catch (error) {
    outcome = codeOf(error);
  }
  const struck = armed === null ? false : await settleFault(world, member, armed);
  world.syncs += 1;
  const after = await world.oracle.sides(device, classId);
  note(world, `${device.name} ${manner.mode} ${struck ? armed?.fault : outcome} ${named(result)}`);
  const pulled = manner.mode === 'pull' && (outcome === 'completed' || outcome === 'undecided');
  world.oracle.noteExchange(device, after, {
    given: (cell) =>
      expectation.given(cell) ||
      world.oracle.formerly(cell).some((each) => world.ownValues.has(each) && expectation.given(each)) ||
      (world.restored && cell.startsWith('student_tag ')),
    seen: pulled ? expectation.kept : () => false,
    answered: expectation.kept,
    sent: new Set(differing(before.server, after.server)),
    looked: result !== null && !struck,
    back: purpose === 'undo',
  });
  if (purpose === 'replace' || expectation.takesServer) await world.oracle.forgetUnheld(world.members);
  countDecisions(world, expectation, outcome);
  checkOutcome(world, { expectation, manner, before, after, result, outcome, armed: struck ? armed : null });
  world.oracle.checkMarks(device, classId, peerOf(member), after.local);
  if (result !== null && !struck && manner.old !== true && purpose !== 'undo')
    await checkNextPlan(world, member, manner, expectation, result);
}

/** Where a decision or a clock said which of two values counts, the order in which people meet says it too. */
function noteAsked({ asked }: World, { rows }: Expectation): void {
  for (const [address, item] of rows)
    if (item.kind === 'conflict' || item.left !== null || item.fields.some(bothChanged)) asked.add(address);
}

/** As long as a server remembers deletions, in milliseconds. */
const remembered = 400 * 24 * 60 * 60 * 1000;

/** Whether a device was away for longer than a server remembers deletions, while that server let go of what it need not remember any more. */
async function wasAwayTooLong(world: World, member: Member): Promise<boolean> {
  const [found] = await world.server.rows(
    'SELECT (extract(epoch FROM at) * 1000)::text FROM tallybook.gc_horizon WHERE class_id = $1',
    [world.oracle.scope],
  );
  const sql = 'SELECT observed_at, offset_ms FROM peer WHERE id = ?';
  const peer = statement(member.device.file(member.classId), sql).get(peerOf(member)) as
    | { observed_at: string | null; offset_ms: number }
    | undefined;
  if (found === undefined || peer?.observed_at == null) return false;
  return Number(found[0]) - (Date.parse(peer.observed_at) + peer.offset_ms) > remembered;
}

/** What a run that came to its end did of what is seldom decided. */
function countDecisions(world: World, { rows }: Expectation, outcome: string): void {
  if (outcome !== 'completed' && outcome !== 'undecided') return;
  for (const { choice, included, fields } of rows.values()) {
    if (!included) continue;
    if (choice === 'adopt') countFault(world, 'adopted');
    if (choice === 'both') countFault(world, 'kept-both');
    if (choice !== null && choice !== 'skip' && fields.some(bothChanged)) countFault(world, 'both-changed');
    if (fields.some(({ newer }) => newer === true)) countFault(world, 'newest-settled');
    if (fields.some(({ overruled }) => overruled === true)) countFault(world, 'overruled');
  }
}

/** A student the plan is about, for somebody to change in the meantime. */
function anyStudentOf({ next }: World, { rows }: Expectation): string | null {
  const ids = [...rows.values()].flatMap((item) =>
    item.table === 'student' && item.kind !== 'add' ? [item.key['id'] ?? ''] : [],
  );
  return next(3) === 0 ? null : (pick(next, ids.toSorted()) ?? null);
}

function named(result: RunResult | null): string {
  if (result === null) return '';
  const left = result.left.map((row) => `${addressOf(row.table, row.key)}:${row.reason}`);
  return `${JSON.stringify(result.counts)} ${left.toSorted().join(' ')}`;
}

/** A transaction that stays open holds rows; a run that wants the same rows would only wait. It commits just before. */
async function letGo(world: World, expectation: Expectation): Promise<void> {
  if (world.held !== null && expectation.rows.size > 0 && world.next(4) === 0) await endTransaction(world);
}

interface Ended {
  readonly expectation: Expectation;
  readonly manner: Manner;
  readonly before: Sides;
  readonly after: Sides;
  readonly result: RunResult | null;
  readonly outcome: string;
  /** The fault that struck. */
  readonly armed: Armed | null;
}

function checkOutcome(world: World, { expectation, manner, before, after, result, outcome, armed }: Ended): void {
  if (manner.mode === 'apply') checkLocalUntouched('I4', before, after, world.oracle);
  if (manner.mode === 'pull') checkServerUntouched('I4', before, after);
  if (armed !== null) {
    checkAllOrNothing(expectation, manner.mode, 'server', before.server, after.server);
    // What somebody edits here meanwhile is left, and the rest is done.
    if (!manner.editBetween)
      checkAllOrNothing(expectation, manner.mode, 'local', before.local, after.local, leftBy(result));
    return;
  }
  switch (outcome) {
    case 'completed':
    case 'undecided':
      if (result !== null) checkEffects(expectation, manner.mode, before, after, result, world.oracle);
      return;
    case 'stale':
    case 'plan-stale':
    case 'plan-used':
    case 'plan-unknown':
      countFault(world, 'stale-refused');
      checkLocalUntouched('I5', before, after, world.oracle);
      checkServerUntouched('I5', before, after);
      return;
    default:
      throw new Broken('I16', `a run without a fault ended with ${outcome} ${JSON.stringify(result?.error ?? null)}`);
  }
}

/** A run that was cut off wrote everything it had promised to a side, or nothing (I3). */
function checkAllOrNothing(
  expectation: Expectation,
  mode: Mode,
  side: 'server' | 'local',
  before: Snapshot,
  after: Snapshot,
  left: ReadonlySet<string> = new Set(),
): void {
  const wanted = promised(expectation, side, mode, before).filter((address) => !left.has(address));
  const changed = new Set(
    wanted.filter((address) => JSON.stringify(before.get(address)) !== JSON.stringify(after.get(address))),
  );
  const missing = wanted.find(
    (address) => !changed.has(address) && !(mode !== 'sync' && goesByAdoption(expectation, address, before)),
  );
  const given = [...changed][0];
  if (given !== undefined && missing !== undefined && !alreadyThere(expectation, missing, before))
    throw new Broken('I3', `${given} was written and ${missing} was not`);
}

function leftBy(result: RunResult | null): ReadonlySet<string> {
  return new Set((result?.left ?? []).map((row) => addressOf(row.table, row.key)));
}

/** Whether a row goes with a record that becomes one of the server's, which only a sync does: that one, what points at it, and the record it becomes. */
function goesByAdoption({ rows }: Expectation, address: string, before: Snapshot): boolean {
  return [...rows].some(([adopting, { choice, included, key, fields }]) => {
    if (choice !== 'adopt' || !included) return false;
    const number = fields.find(({ name }) => name === 'number')?.local ?? null;
    const pointsAtIt = rows.get(address)?.fields.some((field) => field.local === key['id']) === true;
    return address === adopting || pointsAtIt || (number !== null && before.get(address)?.['number'] === number);
  });
}

function alreadyThere(expectation: Expectation, address: string, before: Snapshot): boolean {
  const item = expectation.rows.get(address);
  const row = before.get(address);
  return item === undefined || item.fields.every(({ name, result }) => (row?.[name] ?? null) === valueOf(name, result));
}

/** After a run the plan that follows lists nothing that was to be done by it (I6). */
async function checkNextPlan(
  world: World,
  member: Member,
  manner: Manner,
  expectation: Expectation,
  result: RunResult,
): Promise<void> {
  if (result.nextPlanId === null || (result.outcome !== 'completed' && result.outcome !== 'undecided')) return;
  const left = leftBy(result);
  const sides = await world.oracle.sides(member.device, member.classId, 'known');
  world.oracle.checkBelief(member.device, member.classId, peerOf(member), sides);
  for (const item of await rowsOf(member, result.nextPlanId)) {
    const address = addressOf(item.table, item.key);
    const before = expectation.rows.get(address);
    if (before === undefined || !before.included || left.has(address) || !item.included || item.kind === 'conflict')
      continue;
    const own = manner.mode === 'apply' ? 'up' : 'down';
    // What was only to be done on the other side was no part of this run: whose question it answers, a number that was taken, may be over with it.
    const again =
      manner.mode === 'sync' || (item.direction === own && (before.direction === own || before.direction === 'both'));
    if (again && !manner.editBetween && !manner.foreignBetween)
      throw new Broken('I6', `${address} is listed again after ${manner.mode}: ${JSON.stringify(item)}`);
  }
}

function described(rows: readonly PlanRowItem[]): string {
  if (rows.length === 0) return 'nothing';
  return rows
    .map(
      (row) =>
        `${addressOf(row.table, row.key)} ${row.conflict ?? row.kind} ${row.direction}${row.included ? '' : ' out'} ${row.fields.map((field) => `${field.name}=${field.result}`).join()}`,
    )
    .join(' | ');
}
