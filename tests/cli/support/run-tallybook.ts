import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { openEngine } from '../../../electron/cli/open-engine.ts';
import { runCli } from '../../../electron/cli/run-cli.ts';
import type { OpenEngine } from '../../../electron/cli/session.ts';
import { appVersion } from '../../../electron/engine/app-version.ts';

const entry = join(import.meta.dirname, '..', '..', '..', 'electron', 'cli.ts');

/** What a command line said and how it ended. */
export interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON document on standard output. Throws when there is none, more than one, or anything beside it. */
  readonly json: Json;
}

/** An item of a listing as tests read it. */
export interface Item {
  readonly [key: string]: unknown;
  readonly id: string;
  readonly name: string;
}

/** A row of a plan, of a run or of what a run left. */
export interface RowDocument {
  readonly [key: string]: unknown;
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly label: string;
  readonly kind: string;
  readonly direction: string;
  readonly fields: readonly { readonly name: string; readonly [key: string]: unknown }[];
}

type Counts = Readonly<Record<'add' | 'update' | 'delete', number>>;

/** A JSON document as tests read it: which members it has is for the tests to say. */
export interface Json {
  readonly [key: string]: unknown;
  readonly items: readonly Item[];
  readonly rows: readonly RowDocument[];
  readonly left: readonly RowDocument[];
  readonly error: { readonly code: string; readonly params: Readonly<Record<string, unknown>> };
  readonly planId: string;
  readonly runId: string;
  readonly nextPlanId: string | null;
  readonly outcome: string;
  readonly counts: { readonly up: Counts; readonly down: Counts };
  readonly summary: readonly {
    readonly table: string;
    readonly kind: string;
    readonly direction: string;
    readonly count: number;
  }[];
  readonly steps: readonly { readonly id: string; readonly state: string; readonly code: string | null }[];
  readonly checks: readonly {
    readonly id: string;
    readonly state: string;
    readonly code: string | null;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
  readonly sql: string;
  readonly code: string;
}

/** How a command is run besides its arguments. */
export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends it as Ctrl+C does. */
  readonly signal?: AbortSignal;
  /** Told all that was written to standard error, whenever something is. */
  readonly onStderr?: (text: string) => void;
}

/** An installation of the app on a data folder of its own. */
export interface Device {
  readonly folder: string;
  readonly name: string;
  /** Runs a command with `--json` in this process. */
  run(args: readonly string[], options?: RunOptions): Promise<Told>;
  /** Runs a command with `--json` that must succeed, and answers its document. */
  json(args: readonly string[], options?: RunOptions): Promise<Json>;
  /** Runs a command as a person does, without `--json`. */
  say(args: readonly string[], options?: RunOptions): Promise<Told>;
}

/** What a new device is made with. */
export interface DeviceOptions {
  /** Given to every command. */
  readonly env?: Readonly<Record<string, string>>;
  /** When its folder is removed: with the test unless told otherwise. */
  readonly cleanUp?: CleanUp;
}

/** Registers work for the end of a test or of a file. */
export type CleanUp = (work: () => Promise<void>) => void;

/** A new device on an empty folder. */
export async function newDevice(
  name = 'Room 301 PC',
  { env, cleanUp = onTestFinished }: DeviceOptions = {},
): Promise<Device> {
  const folder = await mkdtemp(join(tmpdir(), 'tallybook-cli-'));
  cleanUp(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const global = ['--data', folder, '--device', name];
  const inDevice = async (args: readonly string[], options: RunOptions = {}): Promise<Told> =>
    await inProcess([...global, ...args], { ...options, env: { ...env, ...options.env } });
  const run: Device['run'] = async (args, options) => await inDevice(['--json', ...args], options);
  return {
    folder,
    name,
    run,
    say: inDevice,
    json: async (args, options) => {
      const told = await run(args, options);
      if (told.code !== 0)
        throw new Error(`tallybook ${args.join(' ')} ended with ${told.code}\n${told.stdout}\n${told.stderr}`);
      return told.json;
    },
  };
}

/** Runs a command line in this process: everything but the entry file, without the half second a process takes to start. */
export async function inProcess(
  args: readonly string[],
  { stdin = '', env = {}, signal = new AbortController().signal, onStderr }: RunOptions = {},
): Promise<Told> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const [stdout, stderr] = [text(out), text(err)];
  let written = '';
  if (onStderr !== undefined) err.on('data', (piece: Buffer) => onStderr((written += piece.toString())));
  const code = await runCli(args, {
    stdin: Readable.from([stdin]),
    stdout: out,
    stderr: err,
    env: { LANG: 'C.UTF-8', ...env },
    version: appVersion,
    signal,
    openEngine: async ({ data }) => await openEngine(data, env['TALLYBOOK_PASSWORD']),
  });
  out.end();
  err.end();
  return toldOf(code, await stdout, await stderr);
}

/** What a command line of its own process has from ours: where programs are, and the sources whose types are stripped already. */
const fromHere = Object.fromEntries(['PATH', 'NODE_COMPILE_CACHE'].map((name) => [name, process.env[name] ?? '']));

/** Starts the real command line. */
export function startTallybook(args: readonly string[], { env = {} }: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, [entry, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...fromHere, HOME: tmpdir(), LANG: 'C.UTF-8', ...env },
  });
}

/** Runs the real command line to its end. */
export async function tallybook(args: readonly string[], options: RunOptions = {}): Promise<Told> {
  const child = startTallybook(args, options);
  child.stdin?.end(options.stdin ?? '');
  return await told(child);
}

/** Waits for a started command line to end. */
export async function told(child: ChildProcess): Promise<Told> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode));
  });
  return toldOf(code, stdout, stderr);
}

function toldOf(code: number | null, stdout: string, stderr: string): Told {
  return {
    code,
    stdout,
    stderr,
    get json(): Json {
      return JSON.parse(stdout) as Json;
    },
  };
}

/** Keeps an engine open on a device's folder, as an app that runs there does; commands then talk to it. */
export async function ownFolder(device: Device, cleanUp: CleanUp = onTestFinished): Promise<OpenEngine> {
  const engine = await openEngine(device.folder);
  cleanUp(async () => await engine.close());
  return engine;
}
