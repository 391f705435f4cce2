import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { refuseUsage } from './command-line.ts';

/** What a program that looks for failures came to, the same for all of them. `seeds` are the units it counts: seeds, kills, rounds or cases. */
export interface ProofReport {
  readonly seeds: number;
  readonly syncs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly replay: string }[];
  readonly traceHash: string;
}

/** How much is to be done, in pieces of what size, and where what is done is kept. `about` says what a state is about: another one is refused. */
export interface Chunks {
  readonly goal: number;
  readonly chunk: number;
  readonly state: string | undefined;
  readonly about: string;
  /** How many pieces are worked on at the same time; the report is the same. */
  readonly jobs?: number;
}

const nothing: ProofReport = { seeds: 0, syncs: 0, faults: {}, failures: [], traceHash: '' };

/** Does the work piece by piece, each after so many units; goes on where a state says that it was stopped. */
export async function inChunks(
  { goal, chunk, state, about, jobs = 1 }: Chunks,
  play: (after: number, count: number) => Promise<ProofReport>,
): Promise<ProofReport> {
  let report = state === undefined ? nothing : saved(state, about);
  let next = report.seeds;
  const under: Promise<ProofReport>[] = [];
  while (next < goal || under.length > 0) {
    for (; next < goal && under.length < jobs; next = Math.min(goal, next + chunk)) {
      const piece = play(next, Math.min(chunk, goal - next));
      // It is waited for in its turn.
      piece.catch(() => undefined);
      under.push(piece);
    }
    const first = under.shift();
    if (first === undefined) break;
    // In their order, whichever was done first: what is kept has no gaps.
    report = together(report, await first);
    if (state !== undefined) writeFileSync(state, JSON.stringify({ about, report }));
  }
  return report;
}

/** What this same program comes to in a process of its own, with other words: what one piece needs runs beside the others. */
export async function inOwnProcess(words: readonly string[]): Promise<ProofReport> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = (): void => {
    child.kill('SIGTERM');
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  let printed = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
  // One that found something says so in its report, and ends with 1 as well.
  if (code !== 0 && !printed.includes('"failures"')) throw new Error(`${words.join(' ')} ended with ${code}`);
  return JSON.parse(printed) as ProofReport;
}

/** Prints a report as a person or a program reads it, and says by the exit code whether anything was found. */
export function printReport(report: ProofReport, units: string, json: boolean, seldom: readonly string[] = []): void {
  for (const line of seldom) console.error(`too seldom: ${line}`);
  for (const { replay } of report.failures) console.error(`replay: ${replay}`);
  console.log(
    json
      ? JSON.stringify(report, null, 2)
      : `${report.seeds} ${units}, ${report.syncs} syncs, ${report.failures.length} failures`,
  );
  process.exitCode = report.failures.length > 0 || seldom.length > 0 ? 1 : 0;
}

/** A whole number above zero from the command line. */
export function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    refuseUsage(`--${name} takes a whole number above zero, not ${text}`);
  return number;
}

/** A whole number from the command line, or none of something. */
export function wholeNumberOrNone(name: string, text: string): number {
  return Number(text) === 0 && text.trim() !== '' ? 0 : wholeNumber(name, text);
}

/** How much of something, as a number above zero that need not be whole. */
export function amount(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) refuseUsage(`--${name} takes a number above zero, not ${text}`);
  return number;
}

/** The PostgreSQL that was asked for. */
export function majorOf(text: string): 12 | 15 | 18 {
  const major = Number(text);
  if (major !== 12 && major !== 15 && major !== 18) return refuseUsage('--postgres takes 12, 15 or 18');
  return major;
}

function saved(state: string, about: string): ProofReport {
  if (!existsSync(state)) return nothing;
  const found = JSON.parse(readFileSync(state, 'utf8')) as { readonly about: string; readonly report: ProofReport };
  if (found.about !== about) refuseUsage(`${state} is about something else: ${found.about}`);
  return found.report;
}

function together(a: ProofReport, b: ProofReport): ProofReport {
  const kinds = new Set([...Object.keys(a.faults), ...Object.keys(b.faults)]);
  return {
    seeds: a.seeds + b.seeds,
    syncs: a.syncs + b.syncs,
    faults: Object.fromEntries([...kinds].map((kind) => [kind, (a.faults[kind] ?? 0) + (b.faults[kind] ?? 0)])),
    failures: [...a.failures, ...b.failures],
    traceHash: createHash('sha256').update(`${a.traceHash} ${b.traceHash}`).digest('hex').slice(0, 16),
  };
}
