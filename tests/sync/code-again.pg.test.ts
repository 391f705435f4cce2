import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeJoinCode, encodeJoinCode } from '../../shared/model/join-code.ts';
import { Book, startDevice, type Device } from '../support/device.ts';

describe('the code of a class that is on this PC already', { timeout: 180_000 }, () => {
  let room: Device;
  let office: Device;
  let a: Book;
  let b: Book;
  let code = '';
  let first: boolean;
  let named: readonly string[] = [];

  beforeAll(async () => {
    room = await startDevice('Room 301 PC');
    office = await startDevice('Office PC');
    const { id: classId } = await room.call('class.create', { name: '5B', students: ['Li W', 'Wang Fang'] });
    const { connection } = await room.call('server.share', { classId });
    a = new Book(room, classId, connection.id);
    await a.sync();
    code = (await a.call('server.joinCode', {})).code;
    const joined = await office.call('class.joinCode', { code });
    first = joined.reconnected;
    b = new Book(office, joined.class.id, joined.connection.id);
    named = [joined.connection.name, (await b.preview()).ends.server];
  }, 180_000);

  afterAll(async () => {
    await room.call('server.stop', {});
    await Promise.all([room, office].map(async (device) => await device[Symbol.asyncDispose]()));
  }, 60_000);

  const expectAwardToWait = async (book: Book, delta: number): Promise<void> => {
    const plan = await book.preview();
    expect(plan.summary).toMatchObject([{ kind: 'add', direction: 'up', count: 1 }]);
    expect((await book.student('Li W')).allTime).toBe(delta);
  };

  it('calls the other end what the PC that shares the class is called, not by its address', () => {
    expect(named).toEqual(['Room 301 PC', 'Room 301 PC / 5B']);
  });

  it('N28: is tested with the certificate it trusts, though a form leaves that out', async () => {
    const { items } = await b.call('connection.list', {});
    const { host, port, database, user, tls, mode } = items[0]!;
    const connection = { name: 'Room 301 PC', host, port, database, user, tls, mode };
    const { ok, steps } = await office.call('connection.test', {
      classId: b.classId,
      connectionId: b.connectionId,
      connection,
    });
    expect(ok).toBe(true);
    expect(steps.find(({ id }) => id === 'tls')).toMatchObject({ state: 'ok' });
  });

  it('gives the connection its password back, and what was not sent still waits', async () => {
    await b.award('Li W', 3);
    await b.call('connection.set', { connectionId: b.connectionId, change: { name: 'Room 301', password: '' } });
    await expect(b.preview()).rejects.toMatchObject({ code: 'password-missing' });
    const again = await office.call('class.joinCode', { code });
    expect([first, again.reconnected]).toEqual([false, true]);
    expect(again).toMatchObject({ run: null, class: { id: b.classId, students: 2 } });
    expect(again.connection).toMatchObject({ id: b.connectionId, name: 'Room 301', status: 'IDLE', error: null });
    expect((await office.call('class.list', {})).items).toHaveLength(1);
    await expectAwardToWait(b, 3);
    await b.sync();
    await a.sync();
    expect((await a.student('Li W')).allTime).toBe(3);
  });

  it('connects it again after the connection was deleted, to what both sides agreed on before', async () => {
    await b.award('Li W', 2);
    await b.call('connection.remove', { connectionId: b.connectionId });
    const again = await office.call('class.joinCode', { code });
    expect(again).toMatchObject({ reconnected: true, run: null, class: { id: b.classId } });
    b = new Book(office, again.class.id, again.connection.id);
    await expectAwardToWait(b, 5);
    await b.sync();
    await a.sync();
    expect((await a.student('Li W')).allTime).toBe(5);
  });

  it('changes nothing when it does not lead to that class', async () => {
    const before = await office.call('connection.list', {});
    const fields = decodeJoinCode(code);
    const wrong = encodeJoinCode({ ...fields, secret: 'ab'.repeat(24) });
    await expect(office.call('class.joinCode', { code: wrong })).rejects.toMatchObject({ code: 'password-wrong' });
    expect(await office.call('connection.list', {})).toEqual(before);
    expect((await b.preview()).total).toBe(0);
  });

  it('takes no connection over that was not made by a code: of the PC that shares it, or one that leads elsewhere', async () => {
    await expect(room.call('class.joinCode', { code })).rejects.toMatchObject({ code: 'class-exists' });
    await b.call('connection.set', { connectionId: b.connectionId, change: { user: 'teacher' } });
    const before = await office.call('connection.list', {});
    await expect(office.call('class.joinCode', { code })).rejects.toMatchObject({ code: 'class-exists' });
    expect(await office.call('connection.list', {})).toEqual(before);
  });
});
