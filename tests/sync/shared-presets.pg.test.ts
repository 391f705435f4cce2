import { expect, it } from 'vitest';
import { pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
import { copyOfDatabase } from '../support/test-database.ts';

it('presets that were shared once do not go because a server has none, whatever other server was looked at in between: they are sent there', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await settle(a, b);
  const { items: presets } = await a.call('reason.list', {});
  const leadTo = async (name: string): Promise<unknown> =>
    await a.call('connection.set', { connectionId: a.connectionId, change: { database: name } });
  // A server without this class behind the same address, and the right one again, which was put back and whose reasons somebody emptied.
  const [stranger, back] = [await copyOfDatabase(database), await copyOfDatabase(database)];
  await sql(stranger.config, 'TRUNCATE tallybook.class CASCADE');
  await sql(stranger.config, 'UPDATE tallybook.meta SET epoch = gen_random_uuid()');
  await sql(back.config, 'DELETE FROM tallybook.device');
  await sql(back.config, 'TRUNCATE tallybook.reason CASCADE');
  await sql(back.config, `DELETE FROM tallybook.row_state WHERE tbl = 'reason'`);
  await leadTo(stranger.database);
  await a.preview();
  await leadTo(back.database);
  const plan = await a.preview();
  expect(plan.summary).toEqual([{ table: 'reason', kind: 'add', direction: 'up', count: presets.length }]);
  await a.sync();
  expect((await a.call('reason.list', {})).items).toEqual(presets);
  expect(await sql(back.config, 'SELECT count(*) FROM tallybook.reason')).toEqual([[String(presets.length)]]);
});
