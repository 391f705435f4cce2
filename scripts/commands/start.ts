/**
 * `npm start -- [--desktop | --browser] [arguments of the app]`: builds when needed and opens the app.
 *
 * Desktop where its runtime is here or can be fetched; else one line says why, and the browser shell opens.
 */
import { join } from 'node:path';
import { browserShellFlags } from '../lib/browser-shell-flags.ts';
import { buildIfNeeded } from '../lib/build.ts';
import { fetchRuntime, findRuntime } from '../lib/electron-runtime.ts';
import { forward } from '../setup/forward.mjs';
import { root } from '../setup/places.mjs';

/** A desktop shell that fails this early never showed a window. */
const earlyMs = 5_000;

/** Why a desktop window cannot open here at all, or undefined. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  if (process.getuid?.() === 0) return 'its sandbox does not work for root';
  return undefined;
}

/** The program that shows a desktop window, or why there is none. */
async function findDesktop(asked: boolean): Promise<{ readonly runtime: string } | { readonly reason: string }> {
  const reason = obstacle();
  if (reason !== undefined) return { reason };
  const present = findRuntime();
  if (present !== undefined) return { runtime: present };
  const failure = await fetchRuntime({ asked });
  const fetched = findRuntime();
  if (failure === undefined && fetched !== undefined) return { runtime: fetched };
  return { reason: `its runtime is not here, and ${failure} (npm start -- --desktop tries again)` };
}

async function main(args: readonly string[]): Promise<number> {
  const asked = args.findLast((arg) => arg === '--desktop' || arg === '--browser');
  const rest = args.filter((arg) => arg !== '--desktop' && arg !== '--browser');
  // Paths in the arguments mean the folder the person was in.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const built = await buildIfNeeded();
  if (built !== 0) return built;

  if (asked !== '--browser') {
    const desktop = await findDesktop(asked === '--desktop');
    if ('runtime' in desktop) {
      const began = Date.now();
      const code = await forward(desktop.runtime, [root, ...rest], { cwd });
      const isEnded = code === 0 || [129, 130, 143].includes(code);
      if (isEnded || asked === '--desktop' || Date.now() - began > earlyMs) return code;
      console.error('The desktop window could not open; opening in the browser instead.');
    } else {
      console.error(`No desktop window: ${desktop.reason}. Opening in the browser.`);
    }
  }
  return forward(process.execPath, [...browserShellFlags, join(root, 'out', 'main', 'browser.js'), ...rest], { cwd });
}

process.exitCode = await main(process.argv.slice(2));
