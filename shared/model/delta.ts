import { AppError } from '../errors.ts';

const min = -2_147_483_648;
const max = 2_147_483_647;

/** Points as the databases hold them: a whole number of int4; 0 is a note without points. Throws `delta-invalid`, `delta-out-of-range`. */
export function wholeDelta(delta: number): bigint {
  if (!Number.isFinite(delta))
    throw new AppError(Number.isNaN(delta) ? 'delta-invalid' : 'delta-out-of-range', { min, max });
  if (delta < min || delta > max) throw new AppError('delta-out-of-range', { min, max });
  if (!Number.isInteger(delta)) throw new AppError('delta-invalid', {});
  return BigInt(delta);
}

/** A whole number of a column that is not points (an order, a price). Throws `invalid-params`, which names it. */
export function int4(field: string, value: number): bigint {
  if (!Number.isInteger(value) || value < min || value > max) throw new AppError('invalid-params', { field });
  return BigInt(value);
}
