/** What a series of measurements came to. */
export interface Spread {
  readonly samples: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** One measured figure, with what it is compared to. All numbers are in `unit`. */
export interface Figure extends Spread {
  readonly id: string;
  /** What was measured, as a sentence for people. */
  readonly what: string;
  readonly unit: 'ms' | 'MB' | 'rows/s' | 'round trips' | '×' | 'µs a row' | 'elements';
  /** The least the same machine could do it in at that time, measured in the same run. */
  readonly floor: (Spread & { readonly what: string }) | null;
  /** Median of the processor time the app's process used meanwhile, in milliseconds: it says the same on a busy machine as on an idle one, nearly. */
  readonly cpuMs: number | null;
  /** Median divided by the median of the floor. */
  readonly timesFloor: number | null;
  /** The least any program could do it in that fills the same tables, measured in the same run; and the median divided by its median. */
  readonly tables: (Spread & { readonly what: string }) | null;
  readonly timesTables: number | null;
  /** The same done as most programs do it, row by row, measured in the same run; and the median divided by its median. */
  readonly naive: (Spread & { readonly what: string }) | null;
  readonly timesNaive: number | null;
  /** What it has to stay under. A firm goal was reached: the command that measures fails where it is missed. */
  readonly limit: { readonly of: keyof Spread; readonly value: number; readonly firm?: true } | null;
  readonly holds: boolean | null;
  /** Load average of the last minute when it was measured: a figure from a busy machine is to be seen as one. */
  readonly load: number;
}

/** Spread of some values; at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return { samples: sorted.length, median: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** Three digits are more than a measurement is worth. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
