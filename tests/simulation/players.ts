import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PostgresMajor } from '../support/postgres-releases.ts';
import type { SeedSize } from './seed.ts';

/** What is played: seeds of a class, or stories on catalogs made of their seeds. */
export type SeedTask =
  | { readonly kind: 'class'; readonly postgres: PostgresMajor; readonly size: SeedSize }
  | { readonly kind: 'catalogs'; readonly postgres: PostgresMajor };

/** Who plays seeds, as many at the same time as there are jobs. */
export interface Players<R> {
  readonly jobs: number;
  play(seed: number): Promise<R>;
  stop(): Promise<void>;
}

/** So many processes, each with a PostgreSQL and a clock of its own: what a seed does is the same in each of them. */
export function startPlayers<R>(task: SeedTask, jobs: number): Players<R> {
  const script = join(import.meta.dirname, 'player.ts');
  const children = Array.from({ length: jobs }, () => fork(script, [JSON.stringify(task)], { execArgv: [] }));
  const idle = [...children];
  const waiting: ((child: ChildProcess) => void)[] = [];
  const take = async (): Promise<ChildProcess> =>
    idle.pop() ?? (await new Promise<ChildProcess>((given) => waiting.push(given)));
  const give = (child: ChildProcess): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(child);
    else next(child);
  };
  return {
    jobs,
    play: async (seed) => {
      const child = await take();
      const result = await answerOf<R>(child, seed);
      give(child);
      return result;
    },
    stop: async () => {
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = once(child, 'exit');
          child.disconnect();
          await gone;
        }),
      );
    },
  };
}

async function answerOf<R>(child: ChildProcess, seed: number): Promise<R> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    if (!child.connected) throw new Error(`the process of seed ${seed} has ended`);
    const answer = once(child, 'message', { signal }) as Promise<[R]>;
    const gone = once(child, 'exit', { signal }).then(() => {
      throw new Error(`the process of seed ${seed} ended with ${child.exitCode ?? child.signalCode}`);
    });
    child.send({ seed });
    return (await Promise.race([answer, gone]))[0];
  } finally {
    ended.abort();
  }
}

/** What becomes of one seed after another, in their order, whoever was done first. */
export async function* playedInOrder<R>(
  { jobs, play }: Pick<Players<R>, 'jobs' | 'play'>,
  from: number,
  end: number,
): AsyncGenerator<R, void, void> {
  // A seed that takes long keeps nobody waiting.
  const most = jobs === 1 ? 1 : jobs * 4;
  const under: Promise<R>[] = [];
  let next = from;
  while (next < end || under.length > 0) {
    for (; next < end && under.length < most; next += 1) {
      const result = play(next);
      // It is waited for in its turn.
      result.catch(() => undefined);
      under.push(result);
    }
    const first = under.shift();
    if (first !== undefined) yield await first;
  }
}
