import { loadavg } from 'node:os';
import { spreadOf, type Figure } from './figure.ts';

/** What a figure is made of. */
export interface FigureInput extends Pick<Figure, 'id' | 'what'> {
  readonly unit?: Figure['unit'];
  readonly values: readonly number[];
  /** Processor time of each of the values, in milliseconds. */
  readonly cpu?: readonly number[];
  readonly floor?: Compared;
  /** The least any program could do it in that fills the same tables. */
  readonly tables?: Compared;
  readonly naive?: Compared;
  readonly limit?: NonNullable<Figure['limit']>;
}

/** What a figure is compared to. */
export interface Compared {
  readonly what: string;
  readonly values: readonly number[];
}

type Fact =
  | string
  | number
  | null
  | readonly unknown[]
  | { readonly [part: string]: unknown; readonly limit?: never; readonly goal?: never };

/** Collects the figures of one measuring program and what else it has to say. */
export interface Bench {
  figure(input: FigureInput): void;
  /** A fact that is no series of measurements: versions, a list of sizes. What has to stay under something is a figure, because facts are compared with nothing. */
  fact(id: string, value: Fact): void;
}

/**
 * Runs a measuring program and prints its figures and facts as one JSON document on standard output, nothing else. A failure ends the process with 1,
 * after what was measured until then. The process ends when it is done, whatever is still open.
 */
export async function measure(program: (bench: Bench) => Promise<void>): Promise<void> {
  const figures: Figure[] = [];
  const facts: Record<string, unknown> = {};
  let code = 0;
  try {
    await program({
      figure: (input) => figures.push(toFigure(input)),
      fact(id, value) {
        facts[id] = value;
      },
    });
  } catch (error) {
    console.error(error);
    code = 1;
  }
  process.stdout.write(JSON.stringify({ figures, facts }), () => process.exit(code));
}

function toFigure({ id, what, unit = 'ms', values, cpu, floor, tables, naive, limit }: FigureInput): Figure {
  const spread = spreadOf(values);
  const beside = (compared: Compared | undefined): Figure['floor'] =>
    compared === undefined ? null : { what: compared.what, ...spreadOf(compared.values) };
  const [least, filled, usual] = [beside(floor), beside(tables), beside(naive)];
  const times = (other: Figure['floor']): number | null =>
    other === null ? null : Number((spread.median / other.median).toPrecision(3));
  return {
    id,
    what,
    unit,
    ...spread,
    cpuMs: cpu === undefined ? null : spreadOf(cpu).median,
    floor: least,
    timesFloor: times(least),
    tables: filled,
    timesTables: times(filled),
    naive: usual,
    timesNaive: times(usual),
    limit: limit ?? null,
    holds: limit === undefined ? null : spread[limit.of] <= limit.value,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/** How long each of some runs took, in milliseconds. `warmUp` runs before them do not count. */
export async function timed(times: number, run: (index: number) => unknown, warmUp = 2): Promise<number[]> {
  const took: number[] = [];
  for (let index = -warmUp; index < times; index += 1) {
    const since = performance.now();
    await run(index);
    if (index >= 0) took.push(performance.now() - since);
  }
  return took;
}

/** What a piece of work took: time on the clock and time of this process's processor, in milliseconds, and what came out of it. */
export interface Clocked<T> {
  readonly ms: number;
  readonly cpuMs: number;
  readonly result: T;
}

/** Does a piece of work and says what it took. */
export async function clocked<T>(work: () => Promise<T>): Promise<Clocked<T>> {
  const cpu = process.cpuUsage();
  const since = performance.now();
  const result = await work();
  const ms = performance.now() - since;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000, result };
}

/** The values of a figure from pieces of work. */
export function valuesOf(clockings: readonly Clocked<unknown>[]): Required<Pick<FigureInput, 'values' | 'cpu'>> {
  return { values: clockings.map(({ ms }) => ms), cpu: clockings.map(({ cpuMs }) => cpuMs) };
}
