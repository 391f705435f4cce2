/** A source of numbers that depends on its seed alone. */
export type Random = (below: number) => number;

/** A small seeded generator (mulberry32, Tommy Ettinger, public domain), so that a printed seed replays a run. Answers a whole number below its argument. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** One of the items; undefined when there is none. */
export function pick<T>(next: Random, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : items[next(items.length)];
}

/** One of the keys, each as likely as its weight says. */
export function weighted<K extends string>(next: Random, weights: Readonly<Record<K, number>>): K {
  const entries = Object.entries<number>(weights) as [K, number][];
  let place = next(entries.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [key, weight] of entries) {
    if (place < weight) return key;
    place -= weight;
  }
  throw new Error('weights must be positive');
}

/** A UUID made of the seed's numbers, for rows that are not made by the app. */
export function randomUuid(next: Random): string {
  const hex = (digits: number): string => Array.from({ length: digits }, () => next(16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}
