import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, modulesDir, privateTempDir } from '../setup/places.mjs';

const electron = join(modulesDir, 'electron');

/** How long a runtime may take to arrive, or, where the desktop was asked for, how long nothing may arrive. */
const patienceMs = 10_000;

/** How long a failure is remembered. */
const memoryMs = 24 * 60 * 60_000;

const memory = join(cacheDir(), 'electron-runtime.json');

/** The last failure. */
type Memory = { readonly version: string; readonly reason: string; readonly at: string };

/**
 * The Electron program, when it is on this machine.
 *
 * Looked for on disk: `require('electron')` would download it at once, with no limit of time.
 */
export function findRuntime(): string | undefined {
  try {
    const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electron, 'dist');
    const program = join(folder, readFileSync(join(electron, 'path.txt'), 'utf8'));
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Fetches the runtime in a child process that is ended after ten seconds, and remembers a failure for a day.
 *
 * Where the desktop was asked for by name, an old failure is forgotten, and a download that makes progress may go on;
 * only ten seconds without any end it. Returns why there is none, or undefined when it is there now.
 */
export async function fetchRuntime({ asked }: { readonly asked: boolean }): Promise<string | undefined> {
  const { version } = JSON.parse(readFileSync(join(electron, 'package.json'), 'utf8')) as { readonly version: string };
  const old = recall(version);
  if (old !== undefined && !asked) return old;
  console.error('Fetching the desktop runtime.');
  const reason = await install(asked);
  if (reason === undefined) rmSync(memory, { force: true });
  else remember(version, reason);
  return reason;
}

function recall(version: string): string | undefined {
  try {
    const old = JSON.parse(readFileSync(memory, 'utf8')) as Memory;
    const isFresh = old.version === version && Date.now() - Date.parse(old.at) < memoryMs;
    return isFresh ? old.reason : undefined;
  } catch {
    return undefined;
  }
}

function remember(version: string, reason: string): void {
  try {
    writeFileSync(memory, `${JSON.stringify({ version, reason, at: new Date().toISOString() } satisfies Memory)}\n`);
  } catch {
    // Asked again next time.
  }
}

function install(asked: boolean): Promise<string | undefined> {
  // Electron downloads into the temporary folder first, so one of its own shows the progress and leaves nothing behind.
  const temp = join(privateTempDir('electron'), String(process.pid));
  mkdirSync(temp, { recursive: true });
  const env = { ...process.env, TMPDIR: temp, TEMP: temp, TMP: temp };
  const child = spawn(process.execPath, [join(electron, 'install.js')], { env, stdio: 'ignore' });
  return new Promise((resolve) => {
    let reason = 'it could not be downloaded';
    let size = 0;
    let since = Date.now();
    const watch = setInterval(() => {
      const now = asked ? sizeOf(temp) : 0;
      if (now > size) since = Date.now();
      size = now;
      if (Date.now() - since < patienceMs) return;
      reason = 'it did not arrive within 10 seconds';
      child.kill('SIGKILL');
    }, 250);
    const end = (result: string | undefined): void => {
      clearInterval(watch);
      rmSync(temp, { recursive: true, force: true });
      resolve(result);
    };
    child.on('error', () => end(reason));
    child.on('exit', () => end(findRuntime() === undefined ? reason : undefined));
  });
}

function sizeOf(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  } catch {
    return 0; // a file went while we looked
  }
}
