import { expect, it } from 'vitest';
import { inClassFile } from '../support/class-file.ts';
import { pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

it('a value nobody edited, which a damaged file shows, is never sent along with a change from elsewhere: the file is called damaged', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  // As a disk changes bytes: no edit, so no mark.
  inClassFile(b, (store) =>
    store.transaction(() => {
      store.db.prepare(`UPDATE student SET note = 'Grbge' WHERE name = 'Li W'`).run();
      store.db.prepare('DELETE FROM dirty').run();
    }),
  );
  expect((await b.preview()).total).toBe(0);
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { name: 'Li Wei' } });
  await a.sync();
  await expect(b.preview()).rejects.toMatchObject({ code: 'store-damaged' });
  expect(await sql(database.config, `SELECT note FROM tallybook.student WHERE name = 'Li Wei'`)).toEqual([[null]]);
  const { items } = await b.call('connection.list', {});
  expect(items[0]).toMatchObject({ status: 'FAILED', error: { code: 'store-damaged' } });
});
