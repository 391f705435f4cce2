import { spawn } from 'node:child_process';

/**
 * Runs a shell of the app and starts it anew on request, one at a time: the data folder has one owner.
 *
 * @param {string} script
 * @param {readonly string[]} args
 */
export function shellRunner(script, args) {
  let child;
  let queue = Promise.resolve();

  const stop = async () => {
    const old = child;
    child = undefined;
    if (old === undefined || old.exitCode !== null || old.signalCode !== null) return;
    const gone = new Promise((resolve) => old.once('exit', resolve));
    old.kill('SIGTERM');
    await gone;
  };
  const restart = async () => {
    await stop();
    child = spawn(process.execPath, ['--enable-source-maps', script, ...args], { stdio: 'inherit' });
  };
  const inTurn = (work) => {
    queue = queue.then(work, work);
    return queue;
  };
  return { restart: () => inTurn(restart), stop: () => inTurn(stop) };
}
