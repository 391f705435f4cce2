import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { browserShellFlags } from '../../../scripts/lib/browser-shell-flags.ts';
import type { Language } from '../../../shared/text/language.ts';

/** A running browser shell: the built app as a process of its own. */
export interface ShellProcess {
  readonly pid: number;
  /** Where the page is, without the token. */
  readonly origin: string;
  readonly token: string;
  /** Where the debugger of the process listens; only when it was asked for. */
  readonly inspector: string | undefined;
  /** Asks it to end in good order and waits until it has. Throws what it said when it ends with an error. */
  stop(): Promise<void>;
  /** Ends it without a chance to tidy up (kill -9). */
  kill(): Promise<void>;
}

/** How to start a shell. A `device` makes the first start know the name of the PC. */
export interface ShellOptions {
  readonly folder: string;
  readonly device?: string | undefined;
  readonly language?: Language | undefined;
  readonly inspect?: boolean | undefined;
  /** Where the page is to be; absent: a free port. */
  readonly port?: number | undefined;
}

const entry = join(import.meta.dirname, '..', '..', '..', 'out', 'main', 'browser.js');

/** Starts the built browser shell and resolves when it has printed its address. */
export async function startShell(options: ShellOptions): Promise<ShellProcess> {
  const { folder, device, language, inspect, port } = options;
  const child = spawn(
    process.execPath,
    [
      ...browserShellFlags,
      ...(inspect === true ? ['--inspect=127.0.0.1:0'] : []),
      entry,
      '--data',
      folder,
      '--no-open',
      ...(port === undefined ? [] : ['--port', String(port)]),
      ...(device === undefined ? [] : ['--device', device]),
      ...(language === undefined ? [] : ['--lang', language]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LANG: 'en_GB.UTF-8', NODE_OPTIONS: '' } },
  );
  let said = '';
  let inspector: string | undefined;
  createInterface({ input: child.stderr }).on('line', (line) => {
    said += `${line}\n`;
    inspector ??= /Debugger listening on (ws:\S+)/.exec(line)?.[1];
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const printed = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const address = /http:\S+#token=\S+/.exec(line)?.[0];
    if (address !== undefined) printed.resolve(address);
  });
  void ended.then(([code]) => printed.reject(new Error(`The shell ended with ${code}: ${said}`)));
  const { origin, hash } = new URL(await printed.promise);
  return {
    pid: child.pid ?? 0,
    origin,
    token: hash.slice('#token='.length),
    get inspector() {
      return inspector;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      if (code !== 0) throw new Error(`The shell ended with ${code}: ${said}`);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
