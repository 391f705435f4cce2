import { describe, expect, it } from 'vitest';
import { expectSame, pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

describe('a table of the server that was emptied', () => {
  it('comes back as the server had it last, also from a PC that had not seen the last of it', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const { id } = await a.student('Li W');
    const other = await a.student('Chen Yu');
    await settle(a, b);
    await b.call('student.set', { id, change: { name: 'Li Wei', note: 'moved' } });
    await b.call('student.set', { id: other.id, change: { name: 'Chen Y' } });
    await b.award('Li Wei', 3);
    await b.sync();
    await a.call('student.set', { id: other.id, change: { note: 'choir' } });
    await sql(database.config, 'TRUNCATE tallybook.student CASCADE');
    expect((await a.sync({ allowMassChange: true })).outcome).toBe('completed');
    for (const book of [a, b]) {
      await settle(book);
      expect(await book.student('Li Wei')).toMatchObject({ id, note: 'moved' });
      expect(await book.student('Chen Y')).toMatchObject({ id: other.id, note: 'choir' });
    }
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Li Wei')).toMatchObject({ allTime: 3 });
  });

  it('comes back although the server forgets the deletions with the same run', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await settle(a, b);
    await sql(database.config, 'TRUNCATE tallybook.student CASCADE');
    await sql(database.config, `UPDATE tallybook.row_state SET edited_to = now() - interval '500 days' WHERE deleted`);
    await sql(database.config, `UPDATE tallybook.gc_horizon SET at = now() - interval '2 days'`);
    expect((await a.sync({ allowMassChange: true })).outcome).toBe('completed');
    expect(
      await sql(database.config, "SELECT horizon > 0, now() - at < interval '1 hour' FROM tallybook.gc_horizon"),
    ).toEqual([['f', 't']]);
    await settle(a, b);
    await expectSame(a, b);
  });
});
