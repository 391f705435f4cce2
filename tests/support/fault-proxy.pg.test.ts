import { expect, it } from 'vitest';
import { startFaultProxy } from './fault-proxy.ts';
import { sql } from './sql.ts';
import { testDatabase } from './test-database.ts';

it('loses the answer to a statement that PostgreSQL has carried out', async () => {
  const { config } = await testDatabase();
  await sql(config, 'CREATE TABLE note (text text)');
  const proxy = await startFaultProxy({ target: config });
  try {
    // "C" is CommandComplete, the answer to the INSERT.
    await proxy.mode({ kind: 'cut-at-message', message: 1, type: 'C' });
    await expect(sql({ ...config, port: proxy.port }, "INSERT INTO note VALUES ('here')")).rejects.toThrow();
    await proxy.faulted();
    expect(await sql(config, 'SELECT text FROM note')).toEqual([['here']]);
    expect(await sql({ ...config, port: proxy.port }, 'SELECT 1')).toEqual([['1']]);
  } finally {
    await proxy.stop();
  }
});
