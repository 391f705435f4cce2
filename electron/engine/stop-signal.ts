/** How long after the first Ctrl+C another one is the same wish, in milliseconds. */
const sameWishMs = 2000;

/** How often a program looks whether what started it is still there, in milliseconds. */
const lookMs = 500;

/** The variable in which a program of ours names itself to what it starts, by its process number. */
const starterVariable = 'TALLYBOOK_STARTED_BY';

/** The wish that a program ends. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** Listens no more: the program is at its end. */
  release(): void;
}

/**
 * The signal of a program that is to end: by Ctrl+C, SIGTERM or SIGHUP, or because the program of ours that started it is gone without a word.
 *
 * Whoever ends a group of processes reaches this one and those that pass their signals on to it, so one wish arrives several times; only a Ctrl+C that comes later
 * than that is impatience, and calls `onImpatient`. A terminal that is gone takes no more output, which is no reason to fail.
 */
export function stopSignal(onImpatient: () => void): StopSignal {
  const stop = new AbortController();
  let since: number | null = null;
  const wish = (name: NodeJS.Signals): void => {
    const now = performance.now();
    if (isImpatience(name, since, now)) return onImpatient();
    since ??= now;
    stop.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, wish);
  const streams = [process.stdout, process.stderr];
  const passOver = (): void => undefined;
  for (const stream of streams) stream.on('error', passOver);
  const watch = watchStarter(() => stop.abort());
  return {
    signal: stop.signal,
    release() {
      for (const name of names) process.off(name, wish);
      for (const stream of streams) stream.off('error', passOver);
      clearInterval(watch);
    },
  };
}

/**
 * Ends this process at once by the signal that asked for it, as a power cut would: nothing is lost that was confirmed. `process.exit` would wait for the engine's
 * thread, for as long as a statement of SQLite or a call into the system takes there.
 */
export function endAtOnce(): void {
  if (process.stdin.isTTY && process.stdin.isRaw) process.stdin.setRawMode(false);
  // With nobody listening the system does what it does with an interrupted program.
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
  // Where something else still catches it.
  process.kill(process.pid, 'SIGKILL');
}

/** Whether a signal is said by somebody who said it before, at `since`; that the program was to end for another reason nobody may have seen. */
export function isImpatience(name: NodeJS.Signals, since: number | null, now: number): boolean {
  return name === 'SIGINT' && since !== null && now - since > sameWishMs;
}

/** Tells once when the program of ours that started this one has ended first; somebody else's may end as it likes. */
function watchStarter(tell: () => void): NodeJS.Timeout | undefined {
  const starter = process.ppid;
  if (process.env[starterVariable] !== String(starter)) return undefined;
  const timer = setInterval(() => {
    if (!isGone(starter)) return;
    clearInterval(timer);
    tell();
  }, lookMs);
  return timer.unref();
}

function isGone(starter: number): boolean {
  // Its children are handed to another parent, except on Windows.
  if (process.platform !== 'win32') return process.ppid !== starter;
  try {
    process.kill(starter, 0);
    return false;
  } catch {
    return true;
  }
}
