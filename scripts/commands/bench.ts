/**
 * `npm run bench [-- --json] [part of a name …]`: runs the measurements of tests/bench, each in a process of its own, one after the other. Prints a line per
 * figure, or with `--json` one document with everything. Ends with 1 where a program failed or a firm goal was missed, with 2 where no program has such a name.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Figure } from '../../tests/bench/support/figure.ts';
import { buildIfNeeded } from '../lib/build.ts';
import { commandLine } from '../lib/command-line.ts';
import { missedGoals } from '../lib/missed-goals.ts';
import { root } from '../setup/places.mjs';

/** What a measuring program prints. */
type Printed = { readonly figures: readonly Figure[]; readonly facts: Readonly<Record<string, unknown>> };

const folder = join(root, 'tests', 'bench');
const all = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.bench.ts'));
const usage = `npm run bench -- [options] [part of a name …]: measures, one program after the other
  --json  prints one document
  The programs: ${all.map((name) => name.replace('.bench.ts', '')).join(', ')}`;
const {
  values: { json },
  positionals: wanted,
} = commandLine(usage, { options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
const files = all.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part))).toSorted();

/** Runs one program. One that failed has said so on standard error; what it had measured until then counts, if it came to print it. */
function run(
  name: string,
): Promise<{ readonly name: string; readonly printed: Printed | undefined; readonly failed: boolean }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, name)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (piece: Buffer) => (printed += piece.toString()));
    child.on('close', (code) =>
      resolve({ name, printed: printed === '' ? undefined : (JSON.parse(printed) as Printed), failed: code !== 0 }),
    );
  });
}

function machine(): Readonly<Record<string, unknown>> {
  const [cpu] = cpus();
  return {
    platform: `${process.platform} ${release()} ${process.arch}`,
    processor: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryMB: Math.round(totalmem() / 1e6),
    node: process.version,
  };
}

function show({
  id,
  unit,
  median,
  p95,
  max,
  samples,
  cpuMs,
  floor,
  timesFloor,
  tables,
  timesTables,
  naive,
  timesNaive,
  limit,
  holds,
  load,
  what,
}: Figure): string {
  const against = floor === null ? '' : ` · ${timesFloor} × floor (${floor.median} ${unit}: ${floor.what})`;
  const filled = tables === null ? '' : ` · ${timesTables} × the same tables filled (${tables.median} ${unit})`;
  const usual = naive === null ? '' : ` · ${timesNaive} × row by row (${naive.median} ${unit})`;
  const goal = limit === null ? '' : ` · ${holds === true ? 'within' : 'OVER'} ${limit.value} ${unit} (${limit.of})`;
  const processor = cpuMs === null ? '' : `, processor ${cpuMs} ms`;
  return `${id}: ${median} ${unit} (p95 ${p95}, max ${max}, ${samples} ×${processor}, load ${load})${goal}${against}${filled}${usual}\n    ${what}`;
}

if (files.length === 0) {
  console.error('No measurement of that name in tests/bench.');
  process.exitCode = 2;
}
// Page and size are measured on the built app.
if (files.length > 0 && (await buildIfNeeded()) !== 0) process.exit(1);
const at = new Date().toISOString();
const loadBefore = loadavg();
const results: Awaited<ReturnType<typeof run>>[] = [];
for (const name of files) {
  console.error(`measuring ${name} …`);
  const result = await run(name);
  const { printed, failed } = result;
  if (failed) process.exitCode = 1;
  results.push(result);
  if (json || printed === undefined) continue;
  for (const figure of printed.figures) console.log(show(figure));
  for (const [fact, value] of Object.entries(printed.facts)) console.log(`${fact}: ${JSON.stringify(value)}`);
}
const figures = results.flatMap(({ printed }) => printed?.figures ?? []);
const missed = missedGoals(figures);
if (missed.length > 0) {
  console.error(`over their goal: ${missed.join(', ')}`);
  process.exitCode = 1;
}
if (json) {
  const facts = Object.assign({}, ...results.map(({ printed }) => printed?.facts ?? {})) as Record<string, unknown>;
  const failed = results.filter((result) => result.failed).map(({ name }) => name);
  console.log(
    JSON.stringify(
      { at, machine: machine(), load: { before: loadBefore, after: loadavg() }, figures, facts, failed, missed },
      null,
      2,
    ),
  );
}
