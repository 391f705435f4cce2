import { isJoinRole } from '../../shared/model/join-code.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { Observation } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { SeenServer } from './observe-server.ts';
import type { OpenRemote } from './open-remote.ts';
import { representativeRows } from './representative-rows.ts';

/** Clock difference from which a person is told, in milliseconds. */
const CLOCK_WARNING_MS = 2_000;

/** What a preview shows around its list whatever the list is for: the two ends, the clock, the checks that were passed. */
export async function surroundingsOf(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  { observation, planId }: { readonly observation: SeenServer; readonly planId: string },
  call: CallContext,
): Promise<Pick<PlanSummary, 'ends' | 'clock' | 'checks'>> {
  const { clock, clockTrusted: trusted } = observation;
  return {
    ends: endsOf(context, store, open, observation),
    clock: { offsetMs: offsetOf(observation), uncertaintyMs: Math.ceil(clock.uncertaintyMs), trusted },
    checks: checksOf(observation, open, await triedTriggers(store, open, planId, call)),
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

/** The pre-checks that had to pass for a plan to exist, what the role may do beyond need, what triggers of others did when tried, and the clock. */
function checksOf(
  observation: Observation,
  { connection, remote }: OpenRemote,
  triggers: Partial<Check>,
): PlanSummary['checks'] {
  const offsetMs = offsetOf(observation);
  const clockOff = Math.abs(offsetMs) > CLOCK_WARNING_MS;
  const [blocked] = remote.blocks;
  const passed = (['connect', 'tls', 'version', 'tables', 'rights', 'constraints'] as const).map((id) => ({
    id,
    state: 'ok' as const,
    code: null,
    params: {},
  }));
  const special: Partial<Record<string, Partial<Check>>> = {
    ...(!connection.builtin && connection.tls === 'disable'
      ? { tls: { state: 'warning', code: 'not-encrypted' } }
      : {}),
    ...(connection.builtin || remote.power === null
      ? {}
      : {
          rights: {
            state: 'warning',
            code: remote.power === 'owner' ? 'role-owner' : 'role-powerful',
            params: { user: connection.user },
          },
        }),
    ...(blocked === undefined ? {} : { tables: { state: 'failed', code: blocked.code, params: blocked.params } }),
    constraints: triggers,
  };
  return [
    ...passed.map((check) => ({ ...check, ...special[check.id] })),
    { id: 'clock', state: clockOff ? 'warning' : 'ok', code: clockOff ? 'clock-differs' : null, params: { offsetMs } },
  ];
}

type Check = PlanSummary['checks'][number];

/** Tries triggers of others on rows of the plan, in a transaction that is rolled back. Nothing is tried where there are none, or nothing to send. */
async function triedTriggers(
  store: ClassStore,
  { remote, connection, peer }: OpenRemote,
  planId: string,
  call: CallContext,
): Promise<Partial<Check>> {
  if (remote.foreignTriggers.length === 0) return {};
  const tables = new Set(remote.foreignTriggers.map(({ table }) => table));
  const effects = connection.mode === 'pull-only' ? [] : await representativeRows(store, planId, tables, call.signal);
  const [broken] = await remote.probe({ scope: peer.scope, effects, signal: call.signal });
  if (broken !== undefined) return { state: 'failed', code: 'trigger-broken', params: { ...broken } };
  const triggers = remote.foreignTriggers.map(({ table, trigger }) => `${table} (${trigger})`).join(', ');
  return { state: 'warning', code: 'foreign-triggers', params: { triggers: triggers.slice(0, 500) } };
}
