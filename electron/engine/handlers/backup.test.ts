import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startDevice, type Device } from '../../../tests/support/device.ts';
import { classFileOf } from '../../store/class-files.ts';
import { openClassStore } from '../../store/class-store.ts';
import { setConnectionStatus } from '../../store/connection-store.ts';
import { endErasing } from '../../store/sync/erase-history.ts';
import { eraseHere } from '../../sync/erasures.ts';

async function device(): Promise<Device> {
  const started = await startDevice('Room 301');
  onTestFinished(() => started[Symbol.asyncDispose]());
  return started;
}

/** A class with a backup of two students and one point, and more recorded since. */
async function classWithBackup(here: Device) {
  const { id: classId } = await here.call('class.create', { name: '5B', students: ['Ada', '张三'] });
  const find = async (name: string) =>
    (await here.call('student.list', { classId })).items.find((student) => student.name === name)?.id ?? '';
  const ada = await find('Ada');
  await here.call('score.add', { classId, studentIds: [ada], award: { delta: 2, text: 'Helped Zo' } });
  await here.restart();
  const [backup] = (await here.call('backup.list', { classId })).items;
  if (backup === undefined) throw new Error('no backup was made on closing');
  await here.call('student.add', { classId, students: [{ name: 'Bo' }] });
  await here.call('student.set', { classId, id: ada, change: { name: 'Ada L' } });
  await here.call('score.add', { classId, studentIds: [ada], award: { delta: 3, text: 'Homework' } });
  return { classId, ada, at: backup.at };
}

it('P9: a backup says what it holds, and what of today would be otherwise after going back to it', async () => {
  const here = await device();
  const { classId, at } = await classWithBackup(here);
  expect(await here.call('backup.show', { classId, at })).toEqual({
    at,
    students: 2,
    studentsNow: 3,
    shared: 'never',
    tables: [
      { table: 'student', gone: 1, back: 0, changed: 1 },
      { table: 'score_event', gone: 1, back: 0, changed: 0 },
    ],
  });
  await expect(here.call('backup.show', { classId, at: '2020-01-01T00:00:00.000Z' })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(existsSync(join(here.folder, 'restoring')) ? readdirSync(join(here.folder, 'restoring')) : []).toEqual([]);
});

it('P9: going back to a backup keeps a copy of today first, and is taken back by going to that', async () => {
  const here = await device();
  const { classId, ada, at } = await classWithBackup(here);
  expect(await here.call('backup.restore', { classId, at, as: 'in-place' })).toMatchObject({
    id: classId,
    students: 2,
  });
  const current = async () => {
    const { items } = await here.call('student.list', { classId });
    const lines = items.map(({ name, current: points }): [string, number] => [name, points]);
    return lines.toSorted(([a], [b]) => (a < b ? -1 : 1));
  };
  expect(await current()).toEqual([
    ['Ada', 2],
    ['张三', 0],
  ]);
  // The class goes on as ever, also after the next start.
  await here.call('score.add', { classId, studentIds: [ada], award: { delta: 1, text: 'Again' } });
  await here.restart();
  expect(await current()).toEqual([
    ['Ada', 3],
    ['张三', 0],
  ]);
  const backups = (await here.call('backup.list', { classId })).items;
  const today = backups.find((backup) => backup.at > at);
  expect(today).toBeDefined();
  const before = backups.filter((backup) => backup.at > at).at(-1);
  await here.call('backup.restore', { classId, at: before?.at ?? '', as: 'in-place' });
  expect(await current()).toEqual([
    ['Ada L', 5],
    ['Bo', 0],
    ['张三', 0],
  ]);
});

it('P9: a class of its own is made from a backup beside the one of today, and can be changed without it', async () => {
  const here = await device();
  const { classId, ada, at } = await classWithBackup(here);
  const made = await here.call('backup.restore', { classId, at, as: 'copy' });
  expect(made).toMatchObject({ name: '5B 2', students: 2, archived: false });
  expect(made.id).not.toBe(classId);
  await here.call('score.add', { classId: made.id, studentIds: [ada], award: { delta: 7, text: 'Copy' } });
  const points = async (id: string) =>
    (await here.call('student.list', { classId: id })).items.find((student) => student.id === ada)?.current;
  expect([await points(classId), await points(made.id)]).toEqual([5, 9]);
  await here.restart();
  expect([await points(classId), await points(made.id)]).toEqual([5, 9]);
});

it('P9: the JSON backup holds every record of the class, in parts that join, and no part of another moment', async () => {
  const here = await device();
  const { classId, ada } = await classWithBackup(here);
  const texts: string[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const part = await here.call('backup.export', { classId, ...(after === undefined ? {} : { after }) });
    texts.push(part.text);
    after = part.next;
  }
  const read = JSON.parse(texts.join('')) as {
    readonly class: { readonly name: string };
    readonly tables: Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;
  };
  expect(read).toMatchObject({ format: 'tallybook-class', version: 1, class: { id: classId, name: '5B' } });
  expect(read.tables['student']?.map(({ name }) => name).toSorted()).toEqual(['Ada L', 'Bo', '张三']);
  expect(read.tables['score_event']?.map(({ delta }) => delta).toSorted()).toEqual(['2', '3']);
  const { next } = await here.call('backup.export', { classId });
  await here.call('score.add', { classId, studentIds: [ada], award: { delta: 1, text: 'Meanwhile' } });
  await expect(here.call('backup.export', { classId, after: next ?? '' })).rejects.toMatchObject({
    code: 'concurrent-change',
  });
  await expect(here.call('backup.export', { classId, after: '[]' })).rejects.toMatchObject({ code: 'invalid-params' });
});

/** Erases as an app does that loses power before the copies are cleaned. */
async function eraseCutShort(here: Device, classId: string, id: string, more: 'marked' | 'mark-lost'): Promise<void> {
  await here.stop();
  here.withStore(classId, (store) =>
    store.transaction(() => {
      eraseHere(store, [JSON.stringify([id])], '2026-11-20T08:00:00.000Z');
      if (more === 'mark-lost') endErasing(store);
    }),
  );
  await here.start();
}

/** Copies of a class, and files on their way to become it, that have a word in them. */
function copiesWith(here: Device, word: string): readonly string[] {
  return ['backups', 'restoring', 'classes'].flatMap((part) => {
    const folder = join(here.folder, part);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file).includes(Buffer.from(word, 'utf8')));
  });
}

it('P9: nobody who was erased since comes back with a backup, whichever way it is gone back to', async () => {
  const here = await device();
  const { classId, ada, at } = await classWithBackup(here);
  await eraseCutShort(here, classId, ada, 'mark-lost');
  const names = async (id: string) =>
    (await here.call('student.list', { classId: id })).items.map(({ name }) => name).toSorted();
  const shown = await here.call('backup.show', { classId, at });
  expect([shown.students, shown.tables]).toEqual([1, [{ table: 'student', gone: 1, back: 0, changed: 0 }]]);
  const made = await here.call('backup.restore', { classId, at, as: 'copy' });
  expect([made.students, await names(made.id)]).toEqual([1, ['张三']]);
  expect(await here.call('backup.restore', { classId, at, as: 'in-place' })).toMatchObject({ students: 1 });
  expect(await names(classId)).toEqual(['张三']);
  await here.stop();
  expect(copiesWith(here, 'Helped Zo').filter((file) => file.includes('classes'))).toEqual([]);
  // The erasure itself is still there, for servers and other devices.
  const erasures = here.withStore(classId, ({ db }) => db.prepare('SELECT student_id FROM erasure').pluck().all());
  expect(erasures).toEqual([ada]);
});

it('goes on cleaning copies of who was erased when the class is opened again, also where it syncs with nobody', async () => {
  const here = await device();
  const { classId, ada } = await classWithBackup(here);
  await eraseCutShort(here, classId, ada, 'marked');
  expect(copiesWith(here, 'Helped Zo').length).toBeGreaterThan(0);
  await here.call('class.open', { classId });
  await expect.poll(() => copiesWith(here, 'Helped Zo'), { timeout: 15_000 }).toEqual([]);
});

it('erases although a copy cannot be written just then, names that copy, and cleans it later', async () => {
  const here = await device();
  const { classId, ada, at } = await classWithBackup(here);
  const folder = join(here.folder, 'backups', classId);
  const copy = readdirSync(folder).find((name) => name.startsWith(at.slice(0, 13))) ?? '';
  const away = join(here.folder, 'away.db');
  renameSync(join(folder, copy), away);
  mkdirSync(join(folder, copy));
  const { unreached } = await here.call('student.erase', { classId, id: ada, confirm: true });
  expect(unreached).toContainEqual({ kind: 'backup', name: copy, lastSeen: null });
  rmdirSync(join(folder, copy));
  renameSync(away, join(folder, copy));
  await here.restart();
  await here.call('class.open', { classId });
  await expect.poll(() => copiesWith(here, 'Helped Zo'), { timeout: 15_000 }).toEqual([]);
});

it('erases where another program holds the file as it was before, says so, and writes it anew later', async () => {
  const here = await device();
  const { classId, ada } = await classWithBackup(here);
  const reader = openClassStore(classFileOf(here.folder, classId), { classId });
  reader.db.exec('BEGIN');
  reader.db.prepare('SELECT count(*) FROM score_event').get();
  const { erased, unreached } = await here.call('student.erase', { classId, id: ada, confirm: true });
  expect(erased).toContainEqual({ table: 'student', rows: 1 });
  expect(unreached).toContainEqual({ kind: 'class-file', name: null, lastSeen: null });
  reader.db.exec('COMMIT');
  reader.close();
  await here.restart();
  await here.call('class.open', { classId });
  await expect.poll(() => copiesWith(here, 'Helped Zo'), { timeout: 15_000 }).toEqual([]);
});

it('keeps nothing of a backup that was being looked at: not after the next start, and not of who is erased', async () => {
  const here = await device();
  const { classId, ada } = await classWithBackup(here);
  const leave = (name: string): void => {
    mkdirSync(join(here.folder, 'restoring', classId, name), { recursive: true });
    writeFileSync(join(here.folder, 'restoring', classId, name, 'class.db'), 'Helped Zo');
  };
  leave('one');
  await here.call('student.erase', { classId, id: ada, confirm: true });
  expect(copiesWith(here, 'Helped Zo')).toEqual([]);
  leave('two');
  await here.restart();
  expect(existsSync(join(here.folder, 'restoring'))).toBe(false);
});

it('P9: what waits while a backup is gone back to goes on with the class as it is then', async () => {
  const here = await device();
  const { classId, ada, at } = await classWithBackup(here);
  const connection = { name: 'school', host: '127.0.0.1', port: 1, database: 'x', user: 'x', password: 'x' } as const;
  const add = async () =>
    (await here.call('connection.add', { classId, connection: { ...connection, tls: 'disable', mode: 'push-only' } }))
      .id;
  const connectionId = await add();
  await here.restart();
  const newest = (await here.call('backup.list', { classId })).items[0]?.at ?? '';
  const code = async (work: Promise<unknown>) =>
    await work.then(
      () => 'done',
      (error: unknown) => (error as { readonly code: string }).code,
    );
  const back = (to: string) => here.call('backup.restore', { classId, at: to, as: 'in-place' });
  const waiting = await Promise.all([
    back(newest),
    code(here.call('sync.preview', { classId, connectionId })),
    code(here.call('connection.init', { classId, connectionId, consent: false })),
    code(here.call('student.erase', { classId, id: ada, confirm: true })),
    code(here.call('connection.remove', { classId, connectionId })),
  ]);
  expect(waiting.slice(1)).toEqual(['refused', 'refused', 'done', 'done']);
  // A connection the backup does not have is gone by then.
  const later = await add();
  const gone = await Promise.all([back(at), code(here.call('sync.preview', { classId, connectionId: later }))]);
  expect(gone[1]).toBe('not-found');
});

it('P9: says when nothing of what was sent comes again, because the connection of the backup only sends', async () => {
  const here = await device();
  const { classId } = await classWithBackup(here);
  const values = { name: 'school', host: '127.0.0.1', port: 1, database: 'x', user: 'x', tls: 'disable' } as const;
  const { id } = await here.call('connection.add', { classId, connection: { ...values, mode: 'push-only' } });
  here.withStore(classId, (store) => setConnectionStatus(store, id, 'COMPLETED', null, '2026-11-20T08:00:00.000Z'));
  const shared = async () => {
    await here.call('student.add', { classId, students: [{ name: 'One more' }] });
    await here.restart();
    const newest = (await here.call('backup.list', { classId })).items[0]?.at ?? '';
    return (await here.call('backup.show', { classId, at: newest })).shared;
  };
  expect(await shared()).toBe('sent-only');
  await here.call('connection.set', { classId, connectionId: id, change: { mode: 'two-way' } });
  expect(await shared()).toBe('again');
});
