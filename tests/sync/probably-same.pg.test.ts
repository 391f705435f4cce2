import { expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

async function add(book: Book, name: string, number: string): Promise<void> {
  await book.call('student.add', { students: [{ name, number }] });
}

it.each([
  ['case', 'A1', 'a1'],
  ['the form of its letters', 'É1', 'E\u03011'],
])(
  'a new record whose number is that of another one on the server but for %s is said to be probably the same, and nothing is joined or changed by itself',
  async (_what, there, here) => {
    await using both = await pair();
    const { a, b } = both;
    await add(a, 'Ana', there);
    await add(a, 'Ben', '7');
    await a.sync();
    await add(b, 'Anna', here);
    await add(b, 'Bea', '77');
    const { planId } = await b.preview();
    const rows = (await b.rows(planId)).map(({ label, kind, alike }) => ({ label, kind, alike }));
    expect(rows).toEqual(
      expect.arrayContaining([
        { label: `Anna · ${here}`, kind: 'add', alike: [`Ana · ${there}`] },
        { label: `Ana · ${there}`, kind: 'add', alike: [] },
        { label: 'Bea · 77', kind: 'add', alike: [] },
        { label: 'Ben · 7', kind: 'add', alike: [] },
      ]),
    );
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'completed' });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b])
      expect([(await book.student('Ana')).number, (await book.student('Anna')).number]).toEqual([there, here]);
  },
);
