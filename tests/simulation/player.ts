/**
 * Plays seeds in a process of its own, on a server and with a clock of its own: `node player.ts TASK`. Each message names a seed and is answered with what became
 * of it; it ends when nobody is there any more to ask.
 */
import { playSchema } from '../schemas/schema-stories.ts';
import type { SeedTask } from './players.ts';
import { playSeed } from './seed.ts';
import { SimServer } from './sim-server.ts';
import { VirtualClock } from './virtual-clock.ts';

const task = JSON.parse(process.argv[2] ?? '') as SeedTask;
let busy = false;
const clock = new VirtualClock();
const starting = SimServer.start(task.postgres, clock);
process.on('message', ({ seed }: { readonly seed: number }) => void play(seed));
process.once('disconnect', () => void end());

async function play(seed: number): Promise<void> {
  busy = true;
  const server = await starting;
  const result =
    task.kind === 'class' ? await playSeed(server, clock, seed, task.size) : await playSchema(server, clock, seed);
  busy = false;
  process.send?.(result);
}

/** In the middle of a seed nothing is to be waited for: the server ends with this process. */
async function end(): Promise<void> {
  if (!busy) await (await starting).stop();
  process.exit();
}
