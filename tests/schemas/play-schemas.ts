import { createHash } from 'node:crypto';
import type { PostgresMajor } from '../support/postgres-releases.ts';
import { playedInOrder, startPlayers, type Players } from '../simulation/players.ts';
import { SimServer } from '../simulation/sim-server.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { playSchema, schemaEvents, type SchemaEvent, type SchemaStory } from './schema-stories.ts';

/** What stories on so many catalogs came to. */
export interface SchemaReport {
  readonly seeds: number;
  readonly syncs: number;
  readonly faults: Readonly<Record<SchemaEvent, number>>;
  readonly failures: readonly {
    readonly seed: number;
    readonly rule: string;
    readonly found: string;
    readonly replay: string;
  }[];
  readonly traceHash: string;
}

/** How often each must happen per story, or the stories did not test it. */
const floors: Readonly<Record<SchemaEvent, number>> = {
  edit: 10,
  'foreign-edit': 3,
  conflict: 1,
  'same-identity': 0.1,
  delete: 1,
  'stale-refused': 0.02,
  'connection-cut': 0.5,
  'run-undone': 0.5,
};

/** What happened less often than it must for so many stories. */
export function schemasUnderFloor(report: {
  readonly seeds: number;
  readonly faults: Readonly<Record<string, number>>;
}): readonly string[] {
  return schemaEvents.flatMap((event) => {
    const floor = Math.floor(report.seeds * floors[event]);
    const found = report.faults[event] ?? 0;
    return found < floor ? [`${event}: ${found} of at least ${floor}`] : [];
  });
}

/** Which stories are played, on which server and by how many processes at the same time. */
interface SchemasPlan {
  readonly from: number;
  readonly seeds: number;
  readonly postgres: PostgresMajor;
  readonly jobs?: number | undefined;
}

/** Plays stories on catalogs made of their seeds. `onStory` hears of each, `onNote` of what is done while it is done. */
export async function playSchemas(
  { from, seeds, postgres, jobs = 1 }: SchemasPlan,
  onStory: (line: string) => void = () => undefined,
  onNote?: (line: string) => void,
): Promise<SchemaReport> {
  const players = await playersOf(postgres, jobs, onNote);
  const faults = Object.fromEntries(schemaEvents.map((event) => [event, 0])) as Record<SchemaEvent, number>;
  const failures: SchemaReport['failures'][number][] = [];
  const hash = createHash('sha256');
  let syncs = 0;
  try {
    for await (const story of playedInOrder(players, from, from + seeds)) {
      const { seed } = story;
      syncs += story.syncs;
      for (const event of schemaEvents) faults[event] += story.events[event];
      hash.update(story.traceHash);
      const replay = `npm run simulate -- --schemas --seed ${seed} --postgres ${postgres}`;
      if (story.failure !== null) failures.push({ seed, ...story.failure, replay });
      const ended = story.failure === null ? '' : `, FAILED ${story.failure.rule}: ${story.failure.found}`;
      onStory(`catalog ${seed}: ${story.syncs} syncs, trace ${story.traceHash}${ended}`);
    }
  } finally {
    await players.stop();
  }
  return { seeds, syncs, faults, failures, traceHash: hash.digest('hex').slice(0, 16) };
}

async function playersOf(
  postgres: PostgresMajor,
  jobs: number,
  onNote: ((line: string) => void) | undefined,
): Promise<Players<SchemaStory>> {
  if (jobs > 1) return startPlayers({ kind: 'catalogs', postgres }, jobs);
  const clock = new VirtualClock();
  const server = await SimServer.start(postgres, clock);
  return {
    jobs: 1,
    play: async (seed) => await playSchema(server, clock, seed, onNote),
    stop: async () => await server.stop(),
  };
}
