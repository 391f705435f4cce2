import { isJoinRole } from '../../shared/model/join-code.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { EngineContext } from '../engine/context.ts';
import { missingRights } from '../remote/missing-rights.ts';
import type { Observation } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { SeenServer } from './observe-server.ts';
import type { OpenRemote } from './open-remote.ts';
import type { TriedPlan } from './try-plan.ts';

/** Clock difference from which a person is told, in milliseconds. */
const CLOCK_WARNING_MS = 2_000;

/** What a preview shows around its list whatever the list is for: the two ends, the clock, the checks that were passed. */
export function surroundingsOf(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  { observation, tried }: { readonly observation: SeenServer; readonly tried: TriedPlan },
): Pick<PlanSummary, 'ends' | 'clock' | 'checks'> {
  const { clock, clockTrusted: trusted } = observation;
  return {
    ends: endsOf(context, store, open, observation),
    clock: { offsetMs: offsetOf(observation), uncertaintyMs: Math.ceil(clock.uncertaintyMs), trusted },
    checks: checksOf(store, observation, open, triedCheck(open, tried)),
  };
}

/** Server clock minus this PC's, in whole milliseconds. */
function offsetOf({ clock }: Observation): number {
  return Math.round(clock.serverMs - clock.wallMs);
}

function endsOf(
  context: EngineContext,
  store: ClassStore,
  { connection }: OpenRemote,
  { className }: Observation,
): PlanSummary['ends'] {
  const name = className ?? context.app.classOf(store.classId).name;
  // A code names the PC that shares the class; its address says nothing to anybody.
  const named = connection.builtin || (isJoinRole(connection.user) && connection.name !== name);
  const server = named ? connection.name : connection.host;
  return { local: context.app.device().name ?? '', server: `${server} / ${name}` };
}

/** The pre-checks that had to pass for a plan to exist, what the role may do beyond need, what the server did with the rows when they were tried, who syncs, and the clock. */
function checksOf(
  store: ClassStore,
  observation: Observation,
  open: OpenRemote,
  constraints: Partial<Check>,
): PlanSummary['checks'] {
  const { connection, remote } = open;
  const offsetMs = offsetOf(observation);
  const clockOff = Math.abs(offsetMs) > CLOCK_WARNING_MS;
  const [blocked] = remote.blocks;
  const passed = (['connect', 'tls', 'version', 'database', 'rights', 'tables', 'constraints', 'lock'] as const).map(
    (id) => ({
      id,
      state: 'ok' as const,
      code: null,
      params: {},
    }),
  );
  const special: Partial<Record<string, Partial<Check>>> = {
    ...(!connection.builtin && connection.tls === 'disable'
      ? { tls: { state: 'warning', code: 'not-encrypted' } }
      : {}),
    rights: rightsCheck(store, observation, open),
    ...(blocked === undefined ? {} : { tables: { state: 'failed', code: blocked.code, params: blocked.params } }),
    constraints,
    ...(observation.locked ? { lock: { state: 'warning', code: 'lock-held' } } : {}),
  };
  return [
    ...passed.map((check) => ({ ...check, ...special[check.id] })),
    { id: 'clock', state: clockOff ? 'warning' : 'ok', code: clockOff ? 'clock-differs' : null, params: { offsetMs } },
  ];
}

type Check = PlanSummary['checks'][number];

/**
 * Whether the role may do what this connection is for, and whether it may do more. A right that is missing keeps no list from being made: what needs none of it, such
 * as taking what is new there, goes on.
 */
function rightsCheck(
  { catalog }: ClassStore,
  { lacking }: Observation,
  { connection: { builtin, user, mode }, remote }: OpenRemote,
): Partial<Check> {
  const missing = missingRights(catalog, lacking, { role: user, readOnly: mode === 'pull-only' });
  if (missing !== null) return { state: 'failed', code: 'right-missing', params: { ...missing } };
  if (builtin || remote.power === null) return {};
  return { state: 'warning', code: remote.power === 'owner' ? 'role-owner' : 'role-powerful', params: { user } };
}

/** What is known of rules and triggers of others: that they took every row, which rows they refuse, or that it could not be found out. */
function triedCheck({ remote }: OpenRemote, { tried, of, finished, broken, refused }: TriedPlan): Partial<Check> {
  const [first] = broken;
  if (first !== undefined) return { state: 'failed', code: 'trigger-broken', params: { ...first } };
  if (refused.rows > 0)
    return {
      state: 'warning',
      code: 'rows-refused',
      params: { rows: refused.rows, rules: refused.rules.join(', ').slice(0, 500) },
    };
  if (!finished) return { state: 'warning', code: 'rules-untried', params: { rows: of } };
  if (remote.foreignTriggers.length > 0) {
    const triggers = remote.foreignTriggers.map(({ table, trigger }) => `${table} (${trigger})`).join(', ');
    return { state: 'warning', code: 'foreign-triggers', params: { triggers: triggers.slice(0, 500) } };
  }
  return tried === 0 ? {} : { params: { tried, of: Math.max(tried, of) } };
}
