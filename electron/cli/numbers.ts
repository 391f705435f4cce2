import { AppError } from '../../shared/errors.ts';
import { UsageError } from './usage-error.ts';

/** The points of an award as typed. What is no whole number is refused here, what is too large by the engine. */
export function deltaOf(typed: string): number {
  if (/^[+-]?\d{1,15}$/.test(typed)) return Number(typed);
  throw /^[+-]?\d+$/.test(typed) ? new AppError('delta-out-of-range') : new AppError('delta-invalid');
}

/** A whole number from `least` to `most`; else a usage error naming the option. */
export function wholeNumber(option: string, typed: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError('not-a-number', { argument: option, least, most });
}
