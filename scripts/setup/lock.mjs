import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, SetupError } from './setup-error.mjs';

/** An install or build that takes longer than this is taken for dead, even if its process id lives on in another program. */
const oldAgeMs = 15 * 60_000;

/**
 * Runs `work` while no other process on this machine runs work under the same lock file.
 *
 * The file holds the process id of its owner, so a lock left by a killed process is taken over.
 *
 * @template T
 * @param {string} file path of the lock file
 * @param {string} waiting what to print, once, when another process has it
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function withLock(file, waiting, work) {
  let told = false;
  while (!take(file)) {
    if (isAbandoned(file)) {
      clear(file);
      continue;
    }
    if (!told) console.error(waiting);
    told = true;
    await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw new SetupError(`Cannot write to ${file}: ${errorCode(error)}. Is this folder writable?`);
  }
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const age = Date.now() - statSync(file).mtimeMs;
    // Empty for an instant between being made and being written.
    if (!Number.isInteger(pid) || pid <= 0) return age > 5_000;
    return age > oldAgeMs || !isAlive(pid);
  } catch {
    return false; // gone meanwhile: try again
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * Only one of several waiting processes succeeds in the rename, so none removes a lock taken anew.
 * @param {string} file
 */
function clear(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  rmSync(aside, { force: true });
}
