import type { Claim } from './claims.ts';

/**
 * Which rows of a plan were looked at beside which while a draft was settled, and which values were come to hold or asked for. Rows that never met, not even
 * over others, had nothing to do with each other: what a draft says about one of them is nothing to the other.
 */
export class Meetings {
  /** All rows that met, by each of them; who met nobody is not in it. */
  readonly #circles = new Map<number, Set<number>>();
  /** Who came to hold a value by a decision, and who asked for those. */
  readonly #holders = new Map<Claim, Set<number>>();
  readonly #seekers = new Map<Claim, Set<number>>();
  /** The values a row came to hold or asked for. */
  readonly #claims = new Map<number, Set<Claim>>();

  /** One row was looked at because of another. */
  meet(a: number, b: number): void {
    if (a === b) return;
    const [ours, theirs] = [this.#circles.get(a), this.#circles.get(b)];
    if (ours === undefined || theirs === undefined) return this.#takeUp(a, b, ours ?? theirs ?? new Set());
    if (ours === theirs) return;
    const [large, small] = ours.size < theirs.size ? [theirs, ours] : [ours, theirs];
    for (const ordinal of small) {
      large.add(ordinal);
      this.#circles.set(ordinal, large);
    }
  }

  /** A row came to hold a value that a decision gave it. */
  holds(ordinal: number, claim: Claim): void {
    add(this.#holders, claim, ordinal);
    add(this.#claims, ordinal, claim);
  }

  /** A row asked who came to hold a value. */
  seeks(ordinal: number, claim: Claim): void {
    add(this.#seekers, claim, ordinal);
    add(this.#claims, ordinal, claim);
  }

  /** These rows, and all that met them. */
  around(ordinals: Iterable<number>): Set<number> {
    const found = new Set<number>();
    for (const ordinal of ordinals) {
      if (found.has(ordinal)) continue;
      for (const other of this.#circles.get(ordinal) ?? [ordinal]) found.add(other);
    }
    return found;
  }

  /** Rows apart from `part` that the meetings of a part, settled by itself, are about: what they are like was not known there. */
  strangersTo(part: ReadonlySet<number>, meetings: Meetings): ReadonlySet<number> {
    const found = new Set<number>();
    const note = (ordinals: Iterable<number>): void => {
      for (const ordinal of ordinals) if (!part.has(ordinal)) found.add(ordinal);
    };
    note(meetings.#circles.keys());
    for (const claim of meetings.#holders.keys()) {
      note(this.#holders.get(claim) ?? []);
      note(this.#seekers.get(claim) ?? []);
    }
    for (const claim of meetings.#seekers.keys()) note(this.#holders.get(claim) ?? []);
    return found;
  }

  /** Takes the meetings of a part in the place of those its rows had; nobody of it met anybody outside, neither then nor now. */
  replace(part: ReadonlySet<number>, meetings: Meetings): void {
    for (const ordinal of part) {
      this.#circles.delete(ordinal);
      for (const claim of this.#claims.get(ordinal) ?? [])
        for (const index of [this.#holders, this.#seekers]) drop(index, claim, ordinal);
      this.#claims.delete(ordinal);
    }
    for (const [ordinal, circle] of meetings.#circles) this.#circles.set(ordinal, circle);
    for (const [claim, ordinals] of meetings.#holders) for (const ordinal of ordinals) this.holds(ordinal, claim);
    for (const [claim, ordinals] of meetings.#seekers) for (const ordinal of ordinals) this.seeks(ordinal, claim);
  }

  /** Two rows come into a circle, of whom one may be in it. */
  #takeUp(a: number, b: number, circle: Set<number>): void {
    circle.add(a).add(b);
    this.#circles.set(a, circle).set(b, circle);
  }
}

function add<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const found = index.get(key);
  if (found === undefined) index.set(key, new Set([value]));
  else found.add(value);
}

function drop<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const found = index.get(key);
  if (found?.delete(value) === true && found.size === 0) index.delete(key);
}
