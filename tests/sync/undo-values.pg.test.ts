import { describe, expect, it } from 'vitest';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

async function number(book: Book, name: string, to: string | null): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: { number: to } });
}

async function numbers(book: Book): Promise<Readonly<Record<string, string | null>>> {
  const { items } = await book.call('student.list', {});
  return Object.fromEntries(items.map((student) => [student.name, student.number]));
}

async function undo(book: Book, runId: string): Promise<string> {
  const plan = await book.call('run.undo', { runId });
  return (await book.run(plan.runMode ?? 'sync', plan.planId)).outcome;
}

/** A setting of the class, as no method of the contract writes it yet. */
function set(book: Book, value: string): void {
  inClassFile(book, (store) =>
    store.transaction(() =>
      store.db
        .prepare(
          `INSERT INTO class_setting (key, value) VALUES ('greeting', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        )
        .run(JSON.stringify(value)),
    ),
  );
}

const greeting = (book: Book): unknown =>
  inClassFile(book, ({ db }) => db.prepare(`SELECT value FROM class_setting WHERE key = 'greeting'`).pluck().get());

async function greetingThere(both: Pair): Promise<unknown> {
  return (await sql(both.database.config, 'SELECT value FROM tallybook.class_setting'))[0]?.[0];
}

describe('a run that gave values from one record to another, taken back', () => {
  it.each([
    ['handed over', { 'Li W': '3', 'Wang Fang': '1', 'Chen Yu': '2' }],
    ['exchanged', { 'Li W': '2', 'Wang Fang': '1', 'Chen Yu': '4' }],
    ['given up', { 'Li W': null, 'Wang Fang': '1', 'Chen Yu': '2' }],
  ] as const)('gives each its own again: %s', async (_, given) => {
    await using both = await pair();
    const { a, b, database } = both;
    const own = { 'Li W': '1', 'Wang Fang': '2', 'Chen Yu': null };
    for (const [name, to] of Object.entries(own)) await number(a, name, to);
    await settle(a, b);
    for (const name of Object.keys(given)) await number(b, name, null);
    for (const [name, to] of Object.entries(given)) await number(b, name, to);
    const { runId, outcome } = await b.sync();
    expect(outcome).toBe('completed');
    await a.sync();
    expect(await numbers(a)).toEqual(given);

    expect(await undo(b, runId)).toBe('completed');
    const there = await sql(database.config, 'SELECT name, number FROM tallybook.student');
    expect(Object.fromEntries(there)).toEqual(own);
    // Here they are changes that were not sent.
    expect(await numbers(b)).toEqual(given);
    await a.sync();
    expect(await numbers(a)).toEqual(own);
    await settle(b, a);
    await expectSame(a, b);
    expect(await numbers(a)).toEqual(given);
  });
});

describe('a run that met a record both sides had added, taken back', () => {
  it.each(['local', 'server'] as const)('leaves each side its own and asks again (choice: %s)', async (choice) => {
    await using both = await pair();
    const { a, b } = both;
    set(a, 'Good morning');
    await a.sync();
    set(b, 'Hello');
    const plan = await b.preview();
    const ofSetting = async (planId: string): Promise<readonly unknown[]> =>
      (await b.rows(planId)).flatMap(({ table, kind, conflict, direction, fields }) =>
        table === 'class_setting' ? [{ kind, conflict, direction, fields }] : [],
      );
    const before = await ofSetting(plan.planId);
    expect(before).toEqual([expect.objectContaining({ conflict: 'both-added' })]);
    await b.call('plan.decide', { planId: plan.planId, target: { filter: { kinds: ['conflict'] } }, choice });
    const { runId, outcome } = await b.run('sync', plan.planId);
    expect(outcome).toBe('completed');
    expect(greeting(b)).toBe(await greetingThere(both));

    expect(await undo(b, runId)).toMatch(/^(completed|undecided)$/);
    expect(greeting(b)).toBe('"Hello"');
    expect(await greetingThere(both)).toBe('"Good morning"');
    expect(await ofSetting((await b.preview()).planId)).toEqual(before);
  });

  it('leaves a tag that both had given where it was', async () => {
    await using both = await pair();
    const { a, b } = both;
    const tag = async (book: Book): Promise<void> =>
      void (await book.call('student.set', { id: (await book.student('Li W')).id, change: {}, tag: ['choir'] }));
    await tag(a);
    await a.sync();
    await tag(b);
    await b.award('Li W', 1);
    const { runId } = await b.sync();
    expect(await undo(b, runId)).toBe('completed');
    await settle(b, a);
    await expectSame(a, b);
    for (const book of [a, b]) expect((await book.student('Li W')).tags).toEqual(['choir']);
  });
});
