import pg from 'pg';
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

it.each(['request', 'answer'] as const)('stops at a statement and loses its %s, and nothing else', async (lose) => {
  const { config } = await testDatabase();
  await sql(config, 'CREATE TABLE note (text text)');
  const proxy = await startFaultProxy({ target: config });
  const client = new pg.Client({ ...config, port: proxy.port });
  const ended = Promise.withResolvers<void>();
  client.on('error', () => ended.resolve());
  try {
    await client.connect();
    await proxy.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose });
    await client.query('BEGIN');
    await client.query('INSERT INTO note VALUES ($1)', ['here']);
    const answer = client.query('COMMIT').catch((error: unknown) => error);
    await proxy.faulted();
    proxy.cut();
    await proxy.mode({ kind: 'pass' });
    expect(await answer).toBeInstanceOf(Error);
    await ended.promise;
    expect(await sql(config, 'SELECT text FROM note')).toEqual(lose === 'answer' ? [['here']] : []);
  } finally {
    await proxy.stop();
  }
});
