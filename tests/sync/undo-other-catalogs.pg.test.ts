import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { pointer, smallTable, text } from '../planner/small-catalog.ts';
import { bookOfTables } from '../support/book-of-tables.ts';
import { sql } from '../support/sql.ts';

const key = (name: string) => text(name, { type: 'uuid', nullable: false });

it('a run that wrote rows of tables with such names can be taken back, the rows that point at others among them', async () => {
  // Names that hold what addresses of rows are made of, one of them the beginning of the others.
  const { book, database, write, rowsHere } = await bookOfTables([
    smallTable('two', 'entity', { columns: [key('id'), text('word')] }),
    smallTable('two words', 'entity', {
      columns: [key('id'), key('of')],
      foreignKeys: [pointer('of', 'two', 'cascade')],
    }),
    smallTable('two ["words"]', 'set', {
      key: ['of', 'topic'],
      columns: [key('of'), text('topic', { nullable: false })],
      foreignKeys: [pointer('of', 'two words', 'cascade')],
      label: ['topic'],
    }),
  ]);
  const [one, two] = [randomUUID(), randomUUID()];
  write({
    two: { id: one, word: 'x' },
    'two words': { id: two, of: one },
    'two ["words"]': { of: two, topic: 'a ["b"] c' },
  });
  const run = await book.sync();
  expect(run.counts.up.add).toBe(3);
  const there = `SELECT (SELECT count(*) FROM "other catalog"."two words") + (SELECT count(*) FROM "other catalog"."two [""words""]")`;

  const plan = await book.call('run.undo', { runId: run.runId });
  expect((await book.run(plan.runMode ?? 'sync', plan.planId)).outcome).toBe('completed');
  expect(await sql(database.config, there)).toEqual([['0']]);
  expect(rowsHere()).toBe(3);

  // Shown as not sent again, and sent again.
  expect((await book.sync()).counts.up.add).toBe(3);
  expect(await sql(database.config, there)).toEqual([['2']]);
});

it.each([
  ['hidden', { deleted_at: null }],
  ['voided', {}],
] as const)(
  'a record that can only go for good stays on the server while one that points at it is %s there',
  async (way, more) => {
    const columns = [key('id'), text('room_id', { type: 'uuid' })];
    const foreignKeys = [pointer('room_id', 'room', 'set-null')];
    const note =
      way === 'hidden'
        ? smallTable('note', 'entity', {
            columns: [...columns, text('deleted_at', { type: 'timestamptz' })],
            foreignKeys,
            softDelete: 'deleted_at',
          })
        : smallTable('note', 'append-only', {
            columns,
            foreignKeys,
            voidedBy: { table: 'note_void', column: 'note_id', at: 'at', device: null },
          });
    const noteVoid = smallTable('note_void', 'append-only', {
      columns: [key('id'), key('note_id'), text('at', { type: 'timestamptz', nullable: false })],
      foreignKeys: [pointer('note_id', 'note')],
    });
    const room = smallTable('room', 'entity', { columns: [key('id')] });
    const { book, database, write } = await bookOfTables([room, note, ...(way === 'hidden' ? [] : [noteVoid])]);
    const of = randomUUID();
    write({ room: { id: of }, note: { id: randomUUID(), room_id: of, ...more } });
    const { runId } = await book.sync();

    const plan = await book.call('run.undo', { runId });
    const undone = await book.run(plan.runMode ?? 'sync', plan.planId);
    expect([undone.outcome, undone.left.map(({ table, reason }) => [table, reason])]).toEqual([
      'undecided',
      [['room', 'new-child']],
    ]);
    const there =
      way === 'hidden'
        ? 'SELECT deleted_at IS NOT NULL FROM "other catalog".note'
        : 'SELECT count(*) = 1 FROM "other catalog".note_void';
    expect(await sql(database.config, there)).toEqual([['t']]);
  },
);
