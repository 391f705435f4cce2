import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { pointer, smallTable, text } from '../planner/small-catalog.ts';
import { bookOfTables } from '../support/book-of-tables.ts';
import { sql } from '../support/sql.ts';

const key = (name: string) => text(name, { type: 'uuid', nullable: false });

it.each([
  ['may point nowhere', true, []],
  ['has a value no other child of its parent may have', false, [['of', 'word']]],
  ['is the only child of its parent', false, [['of']]],
] as const)(
  'a record that %s moves from one that is deleted to another in one run, and back when the run is taken back',
  async (_title, nullable, rules) => {
    const { book, database, write, remove } = await bookOfTables([
      smallTable('parent', 'entity', { columns: [key('id')] }),
      smallTable('child', 'entity', {
        columns: [key('id'), text('of', { type: 'uuid', nullable }), text('word')],
        // Whoever deletes a parent with other tools takes its children along: a run must not.
        foreignKeys: [pointer('of', 'parent', 'cascade')],
        unique: rules.map((columns) => ({ columns, amongLive: false, where: [] })),
      }),
    ]);
    const [old, other, child, gone] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    write({ parent: { id: old }, child: { id: child, of: old, word: 'a' } });
    write({ parent: { id: other }, child: { id: gone, of: other, word: 'a' } });
    await book.sync();
    const children = async (): Promise<unknown> =>
      await sql(database.config, 'SELECT id, "of", word FROM "other catalog".child ORDER BY id = $1', [gone]);

    // The place it moves to is held by one that goes in the same run.
    remove({ child: { id: gone, of: other, word: 'a' } });
    write({ child: { id: child, of: other, word: 'a' } });
    remove({ parent: { id: old } });
    const run = await book.sync();
    expect([run.outcome, run.error]).toEqual(['completed', null]);
    expect(await children()).toEqual([[child, other, 'a']]);

    const plan = await book.call('run.undo', { runId: run.runId });
    const undone = await book.run(plan.runMode ?? 'sync', plan.planId);
    expect([undone.outcome, undone.error]).toEqual(['completed', null]);
    expect(await children()).toEqual([
      [child, old, 'a'],
      [gone, other, 'a'],
    ]);

    // A new parent, as it shows when that is taken back: the child goes back to the one it had, and the new one goes.
    await book.sync();
    const made = randomUUID();
    write({ parent: { id: made }, child: { id: child, of: made, word: 'a' } });
    const second = await book.sync();
    const back = await book.call('run.undo', { runId: second.runId });
    const returned = await book.run(back.runMode ?? 'sync', back.planId);
    expect([returned.outcome, returned.error]).toEqual(['completed', null]);
    expect(await children()).toEqual([[child, other, 'a']]);
  },
);
