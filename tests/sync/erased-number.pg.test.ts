import { expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

const erase = async (book: Book, id: string) => await book.call('student.erase', { id, confirm: true });

it('lets a student have the number of an erased one in the same sync, there and on the next device', async () => {
  await using both = await pair();
  const { a, b } = both;
  const { items } = await a.call('student.add', { students: [{ name: 'Bruno', number: '61' }] });
  await a.award('Bruno', 3);
  const { id } = await a.student('Li W');
  await settle(a, b);
  await erase(a, items[0]?.id ?? '');
  await a.call('student.add', { students: [{ name: 'Ada', number: '61' }] });
  expect(await a.sync()).toMatchObject({ outcome: 'completed', left: [] });
  await b.sync();
  await expectSame(a, b);
  expect((await b.student('Ada')).number).toBe('61');
  // And one who was there already.
  await erase(b, (await b.student('Ada')).id);
  await b.call('student.set', { id, change: { number: '61' } });
  expect(await b.sync()).toMatchObject({ outcome: 'completed', left: [] });
  await a.sync();
  await expectSame(a, b);
  expect((await a.student('Li W')).number).toBe('61');
});
