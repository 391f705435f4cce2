import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/setup/places.mjs';
import type { Mutant } from './mutant.ts';

/** What became of one mutant: red when a test failed, green when nobody noticed, broken when the tests could not even run. */
export interface MutantResult {
  readonly id: string;
  readonly rule: string;
  readonly state: 'red' | 'green' | 'broken';
  readonly seconds: number;
  /** The first test that failed, or what was printed last. */
  readonly by: string;
}

/** Parts of the project a test needs. */
const parts = ['electron', 'shared', 'tests', 'scripts', 'renderer', 'resources'];
const files = ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'vitest.config.ts'];
/** Longest time for the tests of one mutant, in milliseconds: one that makes them wait for ever is noticed too. */
const patienceMs = 600_000;

/** Tries mutants, at most `jobs` at a time, each in a copy of the project of its own. `onResult` hears of each as it ends. */
export async function runMutants(
  mutants: readonly Mutant[],
  jobs: number,
  onResult: (result: MutantResult) => void = () => undefined,
): Promise<readonly MutantResult[]> {
  stopWithUs();
  const waiting = [...mutants];
  const results: MutantResult[] = [];
  const work = async (): Promise<void> => {
    const folder = copyProject();
    try {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const result = await tryMutant(folder, mutant);
        results.push(result);
        onResult(result);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
      folders.delete(folder);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, work));
  return mutants.flatMap(({ id }) => results.filter((result) => result.id === id));
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** Whoever stops a run leaves neither tests that go on nor copies of the project. */
function stopWithUs(): void {
  const stop = (): never => process.exit(130);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  process.once('exit', () => {
    for (const child of running) child.kill('SIGTERM');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/** The text of a file with a rule taken out. Throws when the text to replace is not there exactly once. */
export function mutate(text: string, { id, find, replace }: Mutant): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${id}: the text to replace must occur exactly once`);
  return `${before}${replace}${after}`;
}

function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-mutant-'));
  folders.add(folder);
  const packages = join('tests', 'postgres', 'node_modules');
  for (const part of [...parts, ...files]) {
    if (!existsSync(join(root, part))) continue;
    cpSync(join(root, part), join(folder, part), {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    });
  }
  for (const linked of ['node_modules', packages])
    if (existsSync(join(root, linked))) symlinkSync(join(root, linked), join(folder, linked));
  return folder;
}

async function tryMutant(folder: string, mutant: Mutant): Promise<MutantResult> {
  const path = join(folder, mutant.file);
  const original = readFileSync(path, 'utf8');
  const begun = performance.now();
  writeFileSync(path, mutate(original, mutant));
  try {
    const { state, by } =
      mutant.seeds === undefined ? await runTests(folder, mutant) : await runSeeds(folder, mutant.seeds);
    return { id: mutant.id, rule: mutant.rule, state, seconds: Math.round((performance.now() - begun) / 1000), by };
  } finally {
    writeFileSync(path, original);
  }
}

interface Verdict {
  readonly state: MutantResult['state'];
  readonly by: string;
}

/** What vitest's report says of a run. */
interface Report {
  readonly numTotalTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

async function runTests(folder: string, { tests, name }: Mutant): Promise<Verdict> {
  const output = join(folder, 'mutant-report.json');
  rmSync(output, { force: true });
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const named = name === undefined ? [] : ['-t', name];
  const options = ['--configLoader', 'runner', '--bail', '1', '--reporter', 'json', '--outputFile', output];
  const ended = await run(folder, [vitest, 'run', ...options, ...named, ...tests]);
  if (ended.timedOut) return { state: 'red', by: 'the tests did not end' };
  if (!existsSync(output)) return { state: 'broken', by: ended.printed.slice(-500) };
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const failed = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed'),
  );
  if (failed[0] !== undefined) return { state: 'red', by: failed[0].fullName };
  const passed = report.testResults.some(({ assertionResults }) =>
    assertionResults.some(({ status }) => status === 'passed'),
  );
  if (ended.code === 0 && passed) return { state: 'green', by: 'no test failed' };
  return {
    state: 'broken',
    by: report.testResults.find(({ message = '' }) => message !== '')?.message ?? 'no test ran',
  };
}

async function runSeeds(
  folder: string,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<Verdict> {
  for (let seed = from; seed < from + count; seed += 1) {
    const ended = await run(folder, [join('scripts', 'commands', 'simulate.ts'), '--seed', String(seed), '--json']);
    if (ended.timedOut) return { state: 'red', by: `seed ${seed} did not end` };
    const found = ended.printed.lastIndexOf('{\n  "seeds"');
    if (found < 0) return { state: 'broken', by: ended.printed.slice(-500) };
    const { failures } = JSON.parse(ended.printed.slice(found)) as { failures: readonly { readonly found: string }[] };
    if (failures[0] !== undefined) return { state: 'red', by: `seed ${seed}: ${failures[0].found.slice(0, 200)}` };
  }
  return { state: 'green', by: `no rule was broken in ${count} seeds` };
}

interface Ended {
  readonly code: number | null;
  readonly printed: string;
  readonly timedOut: boolean;
}

async function run(folder: string, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env };
  // A test that starts this one is not to be reported to.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let printed = '';
  for (const stream of [child.stderr, child.stdout])
    stream.on('data', (piece: Buffer) => (printed += piece.toString()));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, patienceMs);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  clearTimeout(timer);
  running.delete(child);
  return { code, printed, timedOut };
}
