import type { Random } from './random.ts';

/** Deals so many items, none twice at once. */
export type Dealer<T> = (many: number) => readonly T[];

/** The items in an order of their own. */
export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  const left = [...items];
  return Array.from(items, () => left.splice(random(left.length), 1)).flat();
}

/** A dealer of items at random that deals none again before all of them were dealt: whatever the seed, each comes as often as the others, give or take one. */
export function dealer<T>(random: Random, items: readonly T[]): Dealer<T> {
  let left: readonly T[] = [];
  return (many) => {
    const dealt: T[] = [];
    while (dealt.length < Math.min(many, items.length)) {
      const at = left.findIndex((item) => !dealt.includes(item));
      const next = left[at];
      if (next === undefined) left = [...left, ...shuffled(random, items)];
      else {
        dealt.push(next);
        left = left.toSpliced(at, 1);
      }
    }
    return dealt;
  };
}
