import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { PostgresMajor } from '../support/postgres-releases.ts';
import { playedInOrder, startPlayers, type Players } from './players.ts';
import { playSeed, type SeedResult, type SeedSize } from './seed.ts';
import { SimServer } from './sim-server.ts';
import { VirtualClock } from './virtual-clock.ts';
import { faultKinds, type FaultKind, type World } from './world.ts';

/** Which seeds are played, how large they are and on which server. */
export interface SimulationPlan extends SeedSize {
  readonly from: number;
  readonly seeds: number;
  readonly postgres: PostgresMajor;
  /** Where what is done is kept, so that a run that was stopped goes on. */
  readonly state?: string | undefined;
  /** How many processes play at the same time, each with a server of its own; what comes of it is the same. */
  readonly jobs?: number | undefined;
}

/** A seed that broke a rule, and how to play it again. */
export interface SimulationFailure {
  readonly seed: number;
  readonly rule: string;
  readonly step: number;
  readonly found: string;
  readonly replay: string;
}

/** What a simulation came to. */
export interface SimulationReport {
  readonly seeds: number;
  readonly syncs: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly failures: readonly SimulationFailure[];
  readonly traceHash: string;
}

/** How often each fault must strike per seed of 60 steps, or the simulation did not test it. */
const floors: Readonly<Record<FaultKind, number>> = {
  'lost-answer': 0.2,
  'lost-request': 0.2,
  'crash-before': 0.2,
  'crash-after': 0.2,
  'crash-in-pull': 0.2,
  'crash-after-observe': 0.2,
  'connection-cut': 0.2,
  'late-commit': 0.5,
  'edit-between': 0.5,
  'foreign-between': 0.5,
  'clock-jump': 0.2,
  'old-plan': 0.2,
  'stale-refused': 0.2,
  'device-restored': 0.06,
  'device-cloned': 0.06,
  cancelled: 0.3,
  'bulk-decision': 0.3,
  adopted: 0.03,
  'kept-both': 0.03,
  'both-changed': 0.9,
  'newest-settled': 0.15,
  overruled: 0.02,
  'run-undone': 0.2,
  'pulled-and-replaced': 0.2,
  erased: 0.05,
  'year-offline': 0.06,
  'server-restored': 0.06,
  'server-swapped': 0.2,
  'server-truncated': 0.1,
  'rows-hidden': 0.3,
  'other-clock': 0.5,
  'other-order': 0.1,
  'other-order-apart': 0,
  'two-classes': 0.2,
};

/** How often those must strike that a run about them is for. */
const identityFloors: Partial<Readonly<Record<FaultKind, number>>> = {
  'device-restored': 1,
  'device-cloned': 0.5,
  'year-offline': 0.5,
  'server-restored': 0.5,
  'server-truncated': 1,
  // Where a server turns out to be put back in one of both orders only, their ends are not compared: of the others enough must be left.
  'other-order': 0.05,
};

/** Faults that struck less often than they must for so many seeds of this size. */
export function underFloor(
  report: Pick<SimulationReport, 'faults' | 'seeds'>,
  { steps, about }: Pick<SeedSize, 'steps' | 'about'>,
): readonly string[] {
  const least = about === 'identity' ? { ...nothingOften, ...identityFloors } : floors;
  return faultKinds.flatMap((kind) => {
    const floor = Math.floor(report.seeds * (steps / 60) * least[kind]);
    return report.faults[kind] < floor ? [`${kind}: ${report.faults[kind]} of at least ${floor}`] : [];
  });
}

const nothingOften = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;

const nothing: SimulationReport = {
  seeds: 0,
  syncs: 0,
  faults: Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>,
  failures: [],
  traceHash: '',
};

/** Plays seed after seed. `onSeed` hears of each; where there is a state file it is brought up to date after each. */
export async function simulate(
  plan: SimulationPlan,
  onSeed: (result: SeedResult) => void = () => undefined,
  onNote?: (line: string) => void,
): Promise<SimulationReport> {
  let report = savedReport(plan);
  const players = await playersOf(plan, onNote);
  try {
    for await (const result of playedInOrder(players, plan.from + report.seeds, plan.from + plan.seeds)) {
      report = withSeed(report, result, plan);
      if (plan.state !== undefined) writeFileSync(plan.state, JSON.stringify({ key: keyOf(plan), report }));
      onSeed(result);
    }
  } finally {
    await players.stop();
  }
  return report;
}

/** Several who play, or one in this process. */
async function playersOf(plan: SimulationPlan, onNote: World['onNote'] | undefined): Promise<Players<SeedResult>> {
  const { jobs = 1, postgres, devices, steps, about } = plan;
  if (jobs > 1) return startPlayers({ kind: 'class', postgres, size: { devices, steps, about } }, jobs);
  const clock = new VirtualClock();
  const server = await SimServer.start(postgres, clock);
  return {
    jobs: 1,
    play: async (seed) => await playSeed(server, clock, seed, plan, onNote),
    stop: async () => await server.stop(),
  };
}

function withSeed(report: SimulationReport, result: SeedResult, plan: SimulationPlan): SimulationReport {
  const failures =
    result.failure === null ? [] : [{ seed: result.seed, ...result.failure, replay: replayOf(result.seed, plan) }];
  const faults = Object.fromEntries(
    faultKinds.map((kind) => [kind, report.faults[kind] + (result.faults[kind] ?? 0)]),
  ) as Record<FaultKind, number>;
  return {
    seeds: report.seeds + 1,
    syncs: report.syncs + result.syncs,
    faults,
    failures: [...report.failures, ...failures],
    traceHash: createHash('sha256').update(`${report.traceHash} ${result.traceHash}`).digest('hex').slice(0, 16),
  };
}

/** The command that plays one seed again. */
export function replayOf(
  seed: number,
  { devices, steps, postgres, about }: Omit<SimulationPlan, 'from' | 'seeds'>,
): string {
  const accent = about === 'everything' ? '' : ` --about ${about}`;
  return `npm run simulate -- --seed ${seed} --devices ${devices} --steps ${steps} --postgres ${postgres}${accent}`;
}

function keyOf({ from, devices, steps, postgres, about }: SimulationPlan): string {
  const accent = about === 'everything' ? '' : `, about ${about}`;
  return `from ${from}, ${devices} devices, ${steps} steps, PostgreSQL ${postgres}${accent}`;
}

function savedReport(plan: SimulationPlan): SimulationReport {
  if (plan.state === undefined || !existsSync(plan.state)) return nothing;
  const { key, report } = JSON.parse(readFileSync(plan.state, 'utf8')) as { key: string; report: SimulationReport };
  if (key !== keyOf(plan)) throw new Error(`${plan.state} is about other seeds: ${key}`);
  // One of before a kind of fault was counted has none of it.
  return { ...report, faults: { ...nothing.faults, ...report.faults } };
}
