import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import { randomOf } from '../../../tests/simulation/random.ts';
import { differingRows } from './differing-rows.ts';
import { openTrees } from './trees.ts';

const text = (n: number, note = ''): string => JSON.stringify({ id: `k${n}`, note });

it.each([1, 2, 3, 4, 5])(
  'tells just those rows that are not as they are known, side by side or far apart (seed %i)',
  (seed) => {
    const store = testClass();
    const random = randomOf(seed);
    const trees = openTrees(store, 'p');
    const differs = new Set<string>();
    const rows: { readonly pk: string; readonly text: string }[] = [];
    store.transaction(() => {
      for (let n = 0; n < 400; n += 1) {
        // Letters that sort otherwise as UTF-16 than as UTF-8 among them.
        const pk = JSON.stringify([`${['a', 'é', '\uFF5E', '😀'][random(4)]}${n}`]);
        const key = { table: 't', pk };
        const what = random(12);
        if (what !== 0) trees.setBase(key, what === 1 ? null : { id: `k${n}`, note: what === 2 ? 'other' : '' }, '');
        if (what === 3) trees.setRemote(key, { row: null, ver: null, editedAt: null, by: null });
        if (what === 4) trees.markDirty(key, '');
        // Others of the table, and the same keys elsewhere, are none of its business.
        if (what === 5) trees.markDirty({ table: 'u', pk }, '');
        if (what < 5) differs.add(pk);
        if (what < 11) rows.push({ pk, text: text(n) });
        else differs.delete(pk);
      }
    });
    for (const size of [1, 2, 7, 50, 400])
      for (const some of [rows, rows.toSorted((a, b) => (a.pk < b.pk ? -1 : 1))]) {
        const found: string[] = [];
        for (let from = 0; from < some.length; from += size)
          found.push(...differingRows(store, 'p', 't', some.slice(from, from + size)));
        const missed = [...differs].filter((pk) => some.some((row) => row.pk === pk) && !found.includes(pk));
        expect(missed).toEqual([]);
        // A key that sorts otherwise here may be read once more.
        expect(found.filter((pk) => !differs.has(pk) && !/[\uFF5E😀]/u.test(pk))).toEqual([]);
      }
  },
);
