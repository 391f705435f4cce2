import type { TimedEffect } from './remote.ts';

/** Rows of one table and one way of writing: a trigger may fail for some rows only. */
const rowsOfEach = 20;

/** Some rows that stand for everything a run writes: the first of each table and way of writing. */
export class WriteSample {
  readonly #taken = new Map<string, number>();
  readonly #rows: TimedEffect[] = [];

  get rows(): readonly TimedEffect[] {
    return this.#rows;
  }

  /** Takes the row in when there are not enough of its kind yet; whether it did. */
  offer(effect: TimedEffect): boolean {
    const { table, result, trees } = effect;
    const key = `${table} ${result === null ? 'delete' : trees.server === null ? 'add' : 'update'}`;
    const count = this.#taken.get(key) ?? 0;
    if (count === rowsOfEach) return false;
    this.#taken.set(key, count + 1);
    this.#rows.push(effect);
    return true;
  }
}
