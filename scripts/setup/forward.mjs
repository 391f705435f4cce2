import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How often it is looked whether what started us is still there, in milliseconds. */
const lookMs = 500;

/** The variable in which a program of ours names itself to what it starts, by its process number. */
const starterVariable = 'TALLYBOOK_STARTED_BY';

/**
 * Runs a program in our place: same terminal, same signals, and its exit code is returned.
 *
 * Ctrl+C reaches the program from the terminal itself, so it is passed on only where there is no terminal; twice would
 * look like a second, impatient Ctrl+C. Where the program of ours that started us is ended without a word (kill -9), the
 * program is asked to end too; it does the same when we are.
 *
 * @param {string} program path of the executable
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code; 128 + signal number where a signal ended it
 */
export function forward(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...(options.env ?? process.env), [starterVariable]: String(process.pid) };
    const child = spawn(program, args, { stdio: 'inherit', ...options, env });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    /** @type {readonly NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    const watch = watchStarter(() => child.kill('SIGTERM'));
    const done = () => {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, pass);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Calls `tell` once when the program of ours that started this one has ended first. Somebody else's program may end as it
 * likes: a terminal that is closed behind `npm start &` ends nothing.
 *
 * @param {() => void} tell
 * @returns {NodeJS.Timeout | undefined} the timer to clear
 */
function watchStarter(tell) {
  const starter = process.ppid;
  if (process.env[starterVariable] !== String(starter)) return undefined;
  const timer = setInterval(() => {
    if (!isGone(starter)) return;
    clearInterval(timer);
    tell();
  }, lookMs);
  return timer.unref();
}

/** @param {number} starter */
function isGone(starter) {
  // Its children are handed to another parent, except on Windows.
  if (process.platform !== 'win32') return process.ppid !== starter;
  try {
    process.kill(starter, 0);
    return false;
  } catch {
    return true;
  }
}
