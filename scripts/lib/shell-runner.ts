import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** Something that runs, can be started anew and ended. */
type Runner = { readonly restart: () => Promise<void>; readonly stop: () => Promise<void> };

/** Runs a shell of the app and starts it anew on request, one at a time: the data folder has one owner. */
export function shellRunner(script: string, args: readonly string[]): Runner {
  let child: ChildProcess | undefined;
  let queue = Promise.resolve();

  const stop = async (): Promise<void> => {
    const old = child;
    child = undefined;
    if (old === undefined || old.exitCode !== null || old.signalCode !== null) return;
    const gone = new Promise((resolve) => old.once('exit', resolve));
    old.kill('SIGTERM');
    await gone;
  };
  const restart = async (): Promise<void> => {
    await stop();
    child = spawn(process.execPath, ['--enable-source-maps', script, ...args], { stdio: 'inherit' });
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work, work);
    return queue;
  };
  return { restart: () => inTurn(restart), stop: () => inTurn(stop) };
}
