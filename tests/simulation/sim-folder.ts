import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { isProcessAlive } from '../../electron/builtin-server/postmaster.ts';

const prefix = 'tallybook-sim-';
let own: string | null = null;

/** A folder in memory where the system has one: nothing of a simulation needs to survive it. It goes with this process, however that ends. */
export function simFolder(): string {
  own ??= ownFolder();
  return mkdtempSync(join(own, 'pc-'));
}

/** The one folder of this process, or of this thread of it. What a process left that was killed is removed on the way. */
function ownFolder(): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  for (const name of readdirSync(parent)) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : Number.NaN;
    if (!Number.isNaN(owner) && !isProcessAlive(owner)) remove(join(parent, name));
  }
  const folder = join(parent, `${prefix}${process.pid}-${threadId}`);
  mkdirSync(folder, { mode: 0o700, recursive: true });
  process.once('exit', () => remove(folder));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      remove(folder);
      process.kill(process.pid, signal);
    });
  return folder;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
