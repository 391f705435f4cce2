import { afterEach, beforeEach, expect, it } from 'vitest';
import errorsEn from '../../shared/text/en/errors.json' with { type: 'json' };
import errorsZh from '../../shared/text/zh-CN/errors.json' with { type: 'json' };
import { firstUpload, startDevice } from '../support/device.ts';
import type { Book, Device } from '../support/device.ts';
import { fake, message } from '../support/fake-postgres.ts';
import { startGarblingRelay } from '../support/garbling-relay.ts';
import type { GarblingRelay } from '../support/garbling-relay.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let device: Device;
let relay: GarblingRelay;
let book: Book;

beforeEach(async () => {
  database = await testDatabase();
  relay = await startGarblingRelay(database.config);
  device = await startDevice('Room 301 PC');
  book = await firstUpload(device, database);
  const { port } = relay;
  await device.call('connection.set', { classId: book.classId, connectionId: book.connectionId, change: { port } });
});
afterEach(async () => {
  await device[Symbol.asyncDispose]();
  relay.stop();
});

const nonsense: readonly (readonly [what: string, bytes: Buffer, endless: boolean])[] = [
  ['garbage', Buffer.from('HTTP/1.1 502 Bad Gateway\r\n\r\n'), false],
  ['a message of two gigabytes', Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff, 0, 1]), false],
  ['a request for the password', fake.asksCleartext, false],
  ['an answer to nothing', Buffer.concat([fake.ready, fake.ready, fake.ready, message('?', 'x')]), false],
  ['rows without end', fake.row('x'.repeat(500)), true],
  ['notices without end', fake.notice('x'.repeat(500)), true],
];

const expected = new Set(['connection-dropped', 'not-postgres', 'password-downgrade', 'query-timeout']);

async function serverState(): Promise<unknown> {
  return await sql(database.config, 'SELECT tbl, pk, ver, xid FROM tallybook.row_state ORDER BY 1, 2');
}

async function status(): Promise<{ readonly status: string; readonly code: string | undefined }> {
  const { items } = await device.call('connection.list', { classId: book.classId });
  return { status: items[0]?.status ?? '', code: items[0]?.error?.code };
}

it.each(nonsense)(
  '%s in the middle of a preview fails the connection with a remedy, and harms nothing',
  async (_what, bytes, endless) => {
    await book.award('Li W', 5);
    await book.preview();
    relay.pass();
    // On a session that lies ready a preview needs the fewest messages.
    await book.preview();
    const total = relay.messages();
    const before = await serverState();
    const places = endless ? [Math.floor(total / 2)] : [2, Math.floor(total / 2), total - 3];
    for (const at of places) {
      relay.garble(at, bytes, endless);
      const error: unknown = await book.preview().catch((caught: unknown) => caught);
      expect(error, `at message ${at}`).toMatchObject({ name: 'AppError' });
      const { code } = error as { readonly code: keyof typeof errorsEn };
      expect(expected).toContain(code);
      expect(await status()).toEqual({ status: 'FAILED', code });
      for (const texts of [errorsEn, errorsZh]) expect(texts[code].remedy).toMatch(/\S/);
      expect(await serverState()).toEqual(before);
    }
    // The engine goes on: points are taken, and the next sync with a server that behaves is whole.
    await book.award('Li W', 2);
    relay.pass();
    await book.sync();
    expect((await book.preview()).total).toBe(0);
    expect((await status()).status).toBe('COMPLETED');
    expect(Object.values(await book.totals()).reduce((sum, each) => sum + each, 0)).toBe(7);
  },
  60_000,
);

it('garbage at any place of a run leaves all of it or nothing, and what happened is found out', async () => {
  await book.award('Li W', 1);
  const first = await book.preview();
  relay.pass();
  await book.run('apply', first.planId);
  const total = relay.messages();
  let points = 1;
  for (let at = 2; at <= total; at += Math.ceil(total / 8)) {
    await book.award('Li W', 1);
    points += 1;
    relay.pass();
    const { planId } = await book.preview();
    relay.garble(at, Buffer.from('\u0007\u0007\u0007\u0007\u0007\u0007'), false);
    await book.run('apply', planId).catch(() => undefined);
    relay.pass();
    await book.sync();
    const [[count] = []] = await sql(database.config, 'SELECT count(*) FROM tallybook.score_event');
    expect(Number(count), `at message ${at}`).toBe(points);
    expect((await book.preview()).total).toBe(0);
  }
}, 90_000);
