import { expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { pair, placeOf, settle } from '../support/pair.ts';

const pending = async (book: Book) => (await book.call('connection.list', {})).items[0]?.pending;
const nothing = { up: 0, down: 0, both: 0, conflicts: 0, blocked: 0, left: 0 };

it('P10: what waits is counted in rows, and an edit that was taken back counts as nothing, before and after a list was made', async () => {
  await using both = await pair(['Li W', 'Chen Yu', 'Ada']);
  const { a, b } = both;
  await settle(a, b);
  expect(await pending(b)).toEqual(nothing);
  const { id } = await b.student('Li W');
  const rename = async (name: string): Promise<unknown> => await b.call('student.set', { id, change: { name } });
  await rename('Li Wei');
  expect(await pending(b)).toEqual({ ...nothing, up: 1 });
  await rename('Li Wen');
  expect(await pending(b)).toEqual({ ...nothing, up: 1 });
  await rename('Li W');
  expect(await pending(b)).toEqual(nothing);
  await b.call('student.set', { id, change: {}, tag: ['choir'] });
  expect(await pending(b)).toEqual({ ...nothing, up: 1 });
  await b.call('student.set', { id, change: {}, untag: ['choir'] });
  expect(await pending(b)).toEqual(nothing);
  // In a list already: taken back, it waits no more, and the list has to be made again.
  await rename('Li Wei');
  const plan = await b.preview();
  expect(plan).toMatchObject({ ready: { apply: 1, sync: 1 }, newHere: 0, movedHere: 0 });
  expect(await pending(b)).toEqual({ ...nothing, up: 1 });
  await b.award('Chen Yu', 3);
  expect(await pending(b)).toEqual({ ...nothing, up: 2 });
  expect(await b.call('plan.show', { planId: plan.planId })).toMatchObject({ newHere: 1, movedHere: 0 });
  await rename('Li W');
  expect(await pending(b)).toEqual({ ...nothing, up: 1 });
  expect(await b.call('plan.show', { planId: plan.planId })).toMatchObject({ newHere: 1, movedHere: 1 });
  await b.sync();
  expect(await pending(b)).toEqual(nothing);
});

it('P10: conflicts, decided or not, what only the server has, and what was left out are each counted once, as in the list', async () => {
  await using both = await pair(['Li W', 'Chen Yu', 'Ada', 'Bo']);
  const { a, b } = both;
  await settle(a, b);
  const rename = async (book: Book, from: string, name: string): Promise<void> => {
    const { id } = await book.student(from);
    await book.call('student.set', { id, change: { name } });
  };
  await rename(a, 'Li W', 'Li Wei');
  await rename(a, 'Ada', 'Ada L');
  await a.award('Bo', 2);
  await a.sync();
  await rename(b, 'Li W', 'Li Wen');
  await b.award('Chen Yu', 1);
  const { id } = await b.student('Ada');
  await b.call('student.set', { id, change: { note: 'left-handed' } });
  const { planId, ready, questions } = await b.preview();
  expect(ready).toEqual({ apply: 2, pull: 2, sync: 3, both: 1, leave: 1 });
  expect(questions).toEqual([{ table: 'student', count: 1 }]);
  expect(await pending(b)).toEqual({ up: 2, down: 2, both: 1, conflicts: 1, blocked: 0, left: 0 });
  const ordinal = await placeOf(b, planId, 'Li Wen');
  await b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, choice: 'server' });
  expect(await pending(b)).toEqual({ up: 2, down: 3, both: 1, conflicts: 0, blocked: 0, left: 0 });
  const point = (await b.rows(planId)).find((row) => row.table === 'score_event' && row.direction === 'down');
  await b.call('plan.decide', { planId, target: { ordinals: [point?.ordinal ?? -1] }, include: false });
  expect(await pending(b)).toEqual({ up: 2, down: 2, both: 1, conflicts: 0, blocked: 0, left: 1 });
  await b.call('plan.discard', { planId });
  // Without a list the rows themselves are counted: nobody has decided anything.
  expect(await pending(b)).toEqual({ up: 2, down: 2, both: 1, conflicts: 1, blocked: 0, left: 0 });
});

it('P10: what is erased waits no more, though it was in a list', async () => {
  await using both = await pair(['Li W', 'Chen Yu']);
  const { b } = both;
  for (const delta of [1, 2, 3]) await b.award('Li W', delta);
  await b.award('Chen Yu', 1);
  await b.preview();
  expect(await pending(b)).toEqual({ ...nothing, up: 4 });
  const { id } = await b.student('Li W');
  await b.call('student.erase', { id, confirm: true });
  // The point of the other one, and the erasure itself.
  expect(await pending(b)).toEqual({ ...nothing, up: 2 });
  await b.preview();
  expect(await pending(b)).toEqual({ ...nothing, up: 2 });
});

it('P10: in another mode, what waits is counted as that mode goes, before a list was made', async () => {
  await using both = await pair(['Li W', 'Chen Yu']);
  const { a, b } = both;
  await settle(a, b);
  await a.award('Li W', 1);
  await a.sync();
  await b.award('Chen Yu', 1);
  await b.preview();
  expect(await pending(b)).toEqual({ ...nothing, up: 1, down: 1 });
  await b.call('connection.set', { connectionId: b.connectionId, change: { mode: 'push-only' } });
  const before = await pending(b);
  await b.preview();
  expect(before).toEqual(await pending(b));
});

it('P10: what only waits for another change is counted apart from what somebody left out', async () => {
  await using both = await pair(['Li W']);
  const { a, b } = both;
  await settle(a, b);
  await b.call('student.add', { students: [{ name: 'Nora' }] });
  await b.award('Nora', 2);
  await b.award('Li W', 1);
  const { planId } = await b.preview();
  const ordinal = await placeOf(b, planId, 'Nora');
  const decided = await b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, include: false });
  expect(decided).toMatchObject({ ready: { sync: 1, leave: 2 }, undecided: 0, blocked: 1 });
  expect(await pending(b)).toEqual({ ...nothing, up: 1, blocked: 1, left: 1 });
});
