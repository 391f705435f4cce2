import { expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, placeOf, settle } from '../support/pair.ts';
import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { pick, randomOf, type Random } from '../simulation/random.ts';

/** Sets values of a student as the page does. */
async function change(book: Book, name: string, values: { readonly name?: string; readonly note?: string }) {
  const { id } = await book.student(name);
  await book.call('student.set', { id, change: values });
}

/** The note of one student is changed on both sides, here later and so that the clocks can tell; the name of another one only there. Answers the list here. */
async function bothChanged({ a, b }: { readonly a: Book; readonly b: Book }) {
  await settle(a, b);
  await change(a, 'Chen Yu', { note: 'there' });
  await change(a, 'Li W', { name: 'Li Wei' });
  await a.sync();
  await b.preview();
  await change(b, 'Chen Yu', { note: 'here' });
  const { planId } = await b.preview();
  return { planId, ordinal: await placeOf(b, planId, 'Chen Yu') };
}

/** How one row of a list stands. */
async function rowAt(book: Book, planId: string, ordinal: number) {
  const row = (await book.rows(planId)).find((one) => one.ordinal === ordinal);
  const note = row?.fields.find(({ name }) => name === 'note');
  return [row?.kind, row?.direction, row?.choice, note?.result, note?.newer === true, note?.overruled === true];
}

const theirs = { choice: 'merge', fields: { note: 'server' } } as const;

it('C2: where the newer of two changes counts by itself, somebody can let the other one count; the buttons count it where it goes then, and undo takes it back', async () => {
  await using both = await pair();
  const { b } = both;
  const { planId, ordinal } = await bothChanged(both);
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'up', null, 'here', true, false]);
  expect(await b.call('plan.show', { planId })).toMatchObject({ ready: { apply: 1, pull: 1, sync: 2 }, undecided: 0 });
  const target = { ordinals: [ordinal] };
  expect(await b.call('plan.decide', { planId, target, ...theirs })).toMatchObject({
    ready: { apply: 0, pull: 2, sync: 2 },
    undecided: 0,
  });
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'down', 'merge', 'there', false, true]);
  // The matrix, and whoever filters by its numbers, find it where it goes.
  const { summary } = await b.call('plan.show', { planId });
  expect(summary).toEqual([{ table: 'student', kind: 'update', direction: 'down', count: 2 }]);
  const going = async (direction: 'up' | 'down'): Promise<readonly number[]> => {
    const filter = { kinds: ['update' as const], directions: [direction] };
    const [{ ordinals }, { total }] = [
      await b.call('plan.index', { planId, filter }),
      await b.call('plan.tally', { planId, filter }),
    ];
    return [ordinals.length, total];
  };
  expect([await going('up'), await going('down')]).toEqual([
    [0, 0],
    [2, 2],
  ]);
  await b.call('plan.undo', { planId });
  expect([await going('up'), await going('down')]).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'up', null, 'here', true, false]);
  await b.call('plan.redo', { planId });

  // It holds in the next list as long as both sides are what they were.
  await both.a.award('Chen Yu', 1);
  await both.a.sync();
  const next = await b.preview();
  const place = await placeOf(b, next.planId, 'Chen Yu');
  expect(await rowAt(b, next.planId, place)).toEqual(['update', 'down', 'merge', 'there', false, true]);
  await b.call('plan.decide', { planId: next.planId, target: { ordinals: [place] }, choice: null });
  expect(await rowAt(b, next.planId, place)).toEqual(['update', 'up', null, 'here', true, false]);
});

it('I4: what somebody let count is written, the newer value goes to the recovery bin, and the other device gets nothing it had not', async () => {
  await using both = await pair();
  const { a, b } = both;
  const { planId, ordinal } = await bothChanged(both);
  await b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, ...theirs });
  const run = await b.run('sync', planId);
  expect(run).toMatchObject({ outcome: 'completed', counts: { up: { update: 0 }, down: { update: 2 } } });
  expect(await b.student('Chen Yu')).toMatchObject({ note: 'there' });
  const { items } = await b.call('bin.list', {});
  expect(items.map(({ label, side }) => [label, side])).toEqual([['Chen Yu', 'local']]);
  expect((await b.written(run.runId)).map(({ label, side, op, choice }) => [label, side, op, choice])).toEqual([
    ['Li W', 'down', 'update', null],
    ['Chen Yu', 'down', 'update', 'merge'],
  ]);
  await settle(a, b);
  await expectSame(a, b);
});

it('a value of its own counts where somebody types one, on both sides', async () => {
  await using both = await pair();
  const { a, b } = both;
  const { planId, ordinal } = await bothChanged(both);
  const fields = { note: { value: 'here and there' } };
  await b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, choice: 'merge', fields });
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'both', 'merge', 'here and there', false, true]);
  await b.run('sync', planId);
  await settle(a, b);
  for (const book of [a, b]) expect(await book.student('Chen Yu')).toMatchObject({ note: 'here and there' });
  await expectSame(a, b);
});

it("while only getting, this PC's older value that somebody let count stays, and the server's counts as seen", async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await change(b, 'Chen Yu', { note: 'here' });
  await b.preview();
  await a.preview();
  await change(a, 'Chen Yu', { note: 'there' });
  await a.sync();
  const { planId } = await b.preview();
  const ordinal = await placeOf(b, planId, 'Chen Yu');
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'down', null, 'there', true, false]);
  const ours = { choice: 'merge', fields: { note: 'local' } } as const;
  await b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, ...ours });
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'up', 'merge', 'here', false, true]);
  await b.run('pull', planId);
  expect(await b.student('Chen Yu')).toMatchObject({ note: 'here' });
  const next = await b.preview();
  expect(await rowAt(b, next.planId, await placeOf(b, next.planId, 'Chen Yu'))).toEqual([
    'update',
    'up',
    null,
    'here',
    false,
    false,
  ]);
  await settle(b, a);
  expect(await a.student('Chen Yu')).toMatchObject({ note: 'here' });
});

it('only what both sides changed can be chosen there, and no rule for many speaks about it', async () => {
  await using both = await pair();
  const { b } = both;
  const { planId, ordinal } = await bothChanged(both);
  const target = { ordinals: [ordinal] };
  const decide = async (choice: object) => await b.call('plan.decide', { planId, target, ...choice });
  for (const [choice, reason] of [
    [{ choice: 'local' }, 'not-a-conflict'],
    [{ choice: 'both' }, 'not-a-conflict'],
    [{ choice: 'merge', fields: { name: 'server' } }, 'unknown-column'],
    [{ choice: 'merge', fields: { note: 'server', name: { value: 'Chen' } } }, 'unknown-column'],
    [{ choice: 'merge', fields: {} }, 'column-missing'],
  ] as const)
    await expect(decide(choice), JSON.stringify(choice)).rejects.toMatchObject({
      code: 'resolve-invalid',
      params: { reason },
    });
  const other = { ordinals: [await placeOf(b, planId, 'Li W')] };
  const named = { choice: 'merge', fields: { name: 'local' } } as const;
  await expect(b.call('plan.decide', { planId, target: other, ...named })).rejects.toMatchObject({
    params: { reason: 'not-a-conflict' },
  });
  for (const rule of ['local', 'server', 'merge-server', 'newer'] as const)
    expect(await b.call('plan.decide', { planId, target: { filter: {} }, rule })).toMatchObject({
      decided: { decided: 0, left: 0 },
    });
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'up', null, 'here', true, false]);
});

/** Lets the other value count in the row of Chen Yu, in a connection of one way. */
async function overruleOneWay(b: Book, mode: 'pull-only' | 'push-only'): Promise<string> {
  await b.call('connection.set', { connectionId: b.connectionId, change: { mode } });
  const { planId } = await b.preview();
  return planId;
}

it('runs nobody is at leave out what somebody let count, and nothing else with it', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await change(b, 'Chen Yu', { note: 'here' });
  await b.preview();
  await a.preview();
  await change(a, 'Chen Yu', { note: 'there' });
  await a.award('Li W', 1);
  await a.sync();
  const planId = await overruleOneWay(b, 'pull-only');
  const ordinal = await placeOf(b, planId, 'Chen Yu');
  await b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, choice: 'merge', fields: { note: 'local' } });
  await b.call('continuous.set', { connectionId: b.connectionId, change: { on: true } });
  expect(await b.call('continuous.round', { connectionId: b.connectionId })).toMatchObject({ outcome: 'synced' });
  expect((await b.student('Li W')).allTime).toBe(1);
  expect(await b.student('Chen Yu')).toMatchObject({ note: 'here' });
});

it("where a connection only sends, this PC's counts whichever is newer, and there is nothing to choose", async () => {
  await using both = await pair();
  const { b } = both;
  await bothChanged(both);
  const planId = await overruleOneWay(b, 'push-only');
  const ordinal = await placeOf(b, planId, 'Chen Yu');
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'up', null, 'here', false, false]);
  await expect(b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, ...theirs })).rejects.toMatchObject({
    params: { reason: 'not-a-conflict' },
  });
});

it('taking decisions back for many takes back what somebody let count, too', async () => {
  await using both = await pair();
  const { b } = both;
  const { planId, ordinal } = await bothChanged(both);
  await b.call('plan.decide', { planId, target: { ordinals: [ordinal] }, ...theirs });
  await b.call('plan.decide', { planId, target: { filter: {} }, rule: 'reset' });
  expect(await rowAt(b, planId, ordinal)).toEqual(['update', 'up', null, 'here', true, false]);
});

const names = ['Ada Park', 'Ben Carter', 'Emma Li', 'Chen Yu', 'Li W'];

/** Gives some students another note, another group, or both. */
async function changeSome(book: Book, next: Random, groups: readonly (string | null)[], round: string): Promise<void> {
  for (const name of names) {
    if (next(4) === 0) continue;
    const { id } = await book.student(name);
    const note = next(3) === 0 ? {} : { note: `${round} ${next(100)}` };
    const group = next(3) === 0 ? {} : { groupId: pick(next, groups) ?? null };
    await book.call('student.set', { id, change: { ...note, ...group } });
  }
}

type Fields = Record<string, 'local' | 'server' | { readonly value: string | null }>;

/** What somebody says of the fields of a row that both sides changed; null where nothing is said, because nothing has to be. */
function anyFields(next: Random, row: PlanRowItem): Fields | null {
  const asked = row.fields.filter(({ clash, newer }) => clash || newer === true);
  if (asked.length === 0 || (row.kind === 'update' && next(3) === 0)) return null;
  const side = (): Fields[string] => pick(next, ['local', 'server'] as const) ?? 'local';
  return Object.fromEntries(
    asked.map(({ name }) => [name, name === 'note' && next(4) === 0 ? { value: `typed ${next(100)}` } : side()]),
  );
}

/** The values a row comes to: what is said, else what the list says by itself. */
function comesTo(row: PlanRowItem, said: Fields | null): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    row.fields.map((field) => {
      const pick = said?.[field.name];
      return [field.name, pick === undefined ? field.result : typeof pick === 'object' ? pick.value : field[pick]];
    }),
  );
}

it('whatever somebody lets count, in whatever order both sides changed it, both hold that and nothing else in the end, and matrix, filters and buttons say where it goes', async () => {
  await using both = await pair(names);
  const { a, b } = both;
  const groups: (string | null)[] = [null];
  for (const name of ['Red', 'Blue']) groups.push((await a.call('group.add', { name })).id);
  await settle(a, b);
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = randomOf(seed);
  // Five of five students are many for a class of five.
  const much = { allowMassChange: true };
  let overruled = 0;
  for (let round = 0; round < 10; round += 1) {
    const about = `seed ${seed}, round ${round}`;
    const theirsFirst = next(2) === 0;
    const there = async (): Promise<void> => {
      await a.preview();
      await changeSome(a, next, groups, `there ${round}`);
      await a.sync(much);
    };
    if (theirsFirst) await there();
    await b.preview();
    await changeSome(b, next, groups, `here ${round}`);
    await b.preview();
    if (!theirsFirst) await there();
    const { planId } = await b.preview();
    const expected = new Map<string, Readonly<Record<string, string | null>>>();
    for (const row of await b.rows(planId)) {
      const fields = anyFields(next, row);
      expected.set(row.label, comesTo(row, fields));
      if (fields === null) continue;
      if (row.kind === 'update') overruled += 1;
      await b.call('plan.decide', { planId, target: { ordinals: [row.ordinal] }, choice: 'merge', fields });
    }
    const rows = await b.rows(planId);
    expect(new Map(rows.map((row) => [row.label, comesTo(row, null)])), about).toEqual(expected);
    const { summary, ready } = await b.call('plan.show', { planId });
    const going = (direction: 'up' | 'down' | 'both') =>
      rows.filter((row) => row.kind === 'update' && row.direction === direction).map(({ ordinal }) => ordinal);
    for (const direction of ['up', 'down', 'both'] as const) {
      const filter = { kinds: ['update' as const], directions: [direction] };
      const { ordinals } = await b.call('plan.index', { planId, filter });
      expect(
        ordinals.toSorted((one, other) => one - other),
        about,
      ).toEqual(going(direction));
      const cell = summary.find((one) => one.kind === 'update' && one.direction === direction);
      expect(cell?.count ?? 0, about).toBe(ordinals.length);
    }
    const { counts } = await b.run('sync', planId, much);
    expect(
      rows.filter(({ direction }) => direction !== 'up'),
      about,
    ).toHaveLength(ready.pull);
    expect([counts.up.update, counts.down.update], about).toEqual([ready.apply, ready.pull]);
    for (const book of [a, b, a]) await book.sync(much);
    for (const book of [a, b])
      for (const [label, values] of expected) {
        const { note, groupId } = await book.student(label);
        const held = { note, group_id: groupId };
        for (const [name, value] of Object.entries(values))
          expect(held[name as keyof typeof held], `${about}: ${name} of ${label}`).toBe(value);
      }
    await expectSame(a, b);
  }
  expect(overruled, `seed ${seed}`).toBeGreaterThan(0);
}, 120_000);
