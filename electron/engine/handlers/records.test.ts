import { statSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppEvent } from '../../../shared/contract/events.ts';
import { startDevice } from '../../../tests/support/device.ts';
import type { Device } from '../../../tests/support/device.ts';

async function device(): Promise<Device & { readonly events: AppEvent[] }> {
  const started = await startDevice('Room 301');
  onTestFinished(() => started[Symbol.asyncDispose]());
  const events: AppEvent[] = [];
  started.client.onEvent((event) => events.push(event));
  return Object.assign(started, { events });
}

describe('the calls about this installation', () => {
  it('tell a fresh one that it has no language, no class and no last class', async () => {
    const { call, folder } = await device();
    expect(await call('app.state', {})).toMatchObject({
      device: { name: 'Room 301' },
      language: null,
      theme: 'system',
      classes: [],
      lastClassId: null,
      dataFolder: folder,
      canShare: true,
    });
  });

  it('make a sample in the language of whoever reads it, also before one was chosen on this PC', async () => {
    const { call } = await device();
    const groups = async (language: 'en' | 'zh-CN'): Promise<readonly string[]> => {
      const { id } = await call('class.create', { name: language, sample: true, language });
      return (await call('group.list', { classId: id })).items.map(({ name }) => name);
    };
    expect(await groups('zh-CN')).toEqual(['蓝组', '绿组', '橙组', '紫组']);
    expect(await groups('en')).not.toContain('蓝组');
  });

  it('keep the name, the language and the theme', async () => {
    const { call, restart } = await device();
    await call('app.setDevice', { name: ' Staff room ' });
    await call('app.setLanguage', { language: 'zh-CN' });
    await call('app.setTheme', { theme: 'dark' });
    await restart();
    expect(await call('app.state', {})).toMatchObject({
      device: { name: 'Staff room' },
      language: 'zh-CN',
      theme: 'dark',
    });
    await expect(call('app.setDevice', { name: ' ' })).rejects.toMatchObject({ code: 'blank-name' });
  });

  it('say how much room the data takes, and list the backups made on closing', async () => {
    const { call, restart } = await device();
    const { id } = await call('class.create', { name: '5B' });
    await call('student.add', { classId: id, students: [{ name: 'Ada' }] });
    await restart();
    const info = await call('app.dataInfo', {});
    expect(info.usedBytes).toBeGreaterThan(10_000n);
    expect(info.freeBytes).toBeGreaterThan(0n);
    expect(info.backups).toHaveLength(1);
    expect(BigInt(statSync(info.backups[0]?.file ?? '').size)).toBe(info.backups[0]?.bytes);
  });
});

describe('the calls about classes', () => {
  it('make, open, rename and put away a class, and tell every page', async () => {
    const { call, events } = await device();
    const made = await call('class.create', { name: '5B', students: ['Ada', '张三'] });
    expect(made).toMatchObject({ name: '5B', students: 2, sample: false, archived: false });
    expect(await call('class.open', { classId: made.id })).toEqual({
      classId: made.id,
      connection: null,
      waiting: 0,
      recentEvents: 0,
    });
    expect(await call('app.state', {})).toMatchObject({ lastClassId: made.id, classes: [{ name: '5B' }] });
    await call('class.rename', { classId: made.id, name: '6B' });
    await call('class.archive', { classId: made.id, archived: true });
    expect(await call('class.list', {})).toEqual({ items: [{ ...made, name: '6B', archived: true }] });
    expect(events.map(({ name }) => name)).toContain('class.changed');
    expect(events.filter(({ name }) => name === 'app.changed').length).toBeGreaterThanOrEqual(3);
  });

  it('refuse a name that another class has', async () => {
    const { call } = await device();
    await call('class.create', { name: '5A' });
    const { id } = await call('class.create', { name: '5B' });
    await expect(call('class.create', { name: '5B' })).rejects.toMatchObject({ code: 'class-exists' });
    await expect(call('class.rename', { classId: id, name: '5A' })).rejects.toMatchObject({ code: 'class-exists' });
    await expect(call('class.rename', { classId: id, name: ' 5B' })).resolves.toMatchObject({ name: '5B' });
  });

  it('find a class again whose entry in the list was lost', async () => {
    const { call, restart, folder } = await device();
    const { id } = await call('class.create', { name: '5B', students: ['Ada'] });
    const { rmSync } = await import('node:fs');
    await restart();
    await call('app.state', {});
    expect(await call('class.list', {})).toMatchObject({ items: [{ id }] });
    rmSync(`${folder}/app.db`, { force: true });
    rmSync(`${folder}/app.db-wal`, { force: true });
    rmSync(`${folder}/app.db-shm`, { force: true });
    await restart();
    expect(await call('class.list', {})).toMatchObject({ items: [{ id, name: '5B', students: 1 }] });
  });
});

describe('the calls about students and points', () => {
  it('give points, undo them, and add them up', async () => {
    const { call, events } = await device();
    const { id: classId } = await call('class.create', { name: '5B', students: ['Ada', 'Ben'] });
    const students = (await call('student.list', { classId })).items;
    const [homework] = (await call('reason.list', { classId })).items;
    events.length = 0;
    const given = await call('score.add', {
      classId,
      studentIds: students.map(({ id }) => id),
      award: { reasonId: homework?.id ?? '' },
      note: 'neat',
    });
    expect(given.items).toMatchObject([
      { student: 'Ada', delta: 2, text: 'Homework', device: 'Room 301', note: 'neat', voided: false },
      { student: 'Ben' },
    ]);
    await expect
      .poll(() => events.map(({ name, data }) => [name, data]))
      .toEqual([['class.changed', { classId, areas: ['events', 'students'] }]]);
    const undone = await call('score.void', { classId, eventIds: [given.items[1]?.id ?? ''] });
    expect(undone.items).toMatchObject([{ student: 'Ben', voided: true }]);
    expect(await call('totals.list', { classId })).toMatchObject({
      items: [{ current: 2, allTime: 2 }, { current: 0 }],
    });
    expect(await call('score.list', { classId, search: '作业' })).toMatchObject({ total: 2 });
    expect(await call('class.status', { classId })).toMatchObject({ recentEvents: 2 });
  });

  it('F1: are found in the history by the reading of a name and by the words of either language', async () => {
    const { call } = await device();
    const { id: classId } = await call('class.create', { name: '5B', students: ['张三', 'Ada Park'] });
    const [zhang] = (await call('student.list', { classId })).items.filter(({ name }) => name === '张三');
    await call('score.add', {
      classId,
      studentIds: [zhang?.id ?? ''],
      award: { delta: 2, text: 'Homework' },
      note: '工整',
    });
    for (const search of ['zhangsan', 'zs', 'ZHANG', '张', '作业', 'homework', '工整'])
      expect(await call('score.list', { classId, search }), search).toMatchObject({ total: 1 });
    for (const search of ['lisi', 'ada', 'zsx'])
      expect(await call('score.list', { classId, search }), search).toMatchObject({ total: 0 });
  });

  it('has no history of a student who never was, and one of a student who was deleted', async () => {
    const { call } = await device();
    const { id: classId } = await call('class.create', { name: '5B', students: ['Ada Park'] });
    const studentId = (await call('student.list', { classId })).items[0]?.id ?? '';
    await call('score.add', { classId, studentIds: [studentId], award: { delta: 2, text: 'Homework' } });
    await call('student.delete', { classId, ids: [studentId] });
    expect(await call('score.list', { classId, studentId })).toMatchObject({ total: 1 });
    const stranger = call('score.list', { classId, studentId: '0198c0de-0000-7000-8000-00000000000a' });
    await expect(stranger).rejects.toMatchObject({ code: 'not-found', params: { what: 'student' } });
  });

  it('manage students, groups and reasons', async () => {
    const { call } = await device();
    const { id: classId } = await call('class.create', { name: '5B' });
    const added = await call('student.add', {
      classId,
      students: [{ name: 'Ada', number: '7', group: 'Blue', tags: ['choir'] }],
    });
    const id = added.items[0]?.id ?? '';
    expect(added.items).toMatchObject([{ name: 'Ada', group: 'Blue', tags: ['choir'] }]);
    expect(await call('student.set', { classId, id, change: { name: 'Ada P' }, untag: ['choir'] })).toMatchObject({
      name: 'Ada P',
      tags: [],
    });
    const [blue] = (await call('group.list', { classId })).items;
    expect(blue).toMatchObject({ name: 'Blue', students: 1, sort: 0 });
    expect(
      await call('group.set', { classId, id: blue?.id ?? '', change: { color: '#ABCDEF', sort: 4 } }),
    ).toMatchObject({ color: '#abcdef', sort: 4 });
    expect(await call('group.add', { classId, name: 'Red' })).toMatchObject({ name: 'Red', sort: 5, students: 0 });
    await call('group.delete', { classId, id: blue?.id ?? '' });
    expect(await call('group.list', { classId })).toMatchObject({ items: [{ name: 'Red' }] });
    expect(await call('student.delete', { classId, ids: [id] })).toMatchObject({
      items: [{ deleted: true, deletedBy: 'Room 301' }],
    });
    expect(await call('student.list', { classId, deleted: true })).toMatchObject({ items: [{ id }] });
    expect(await call('class.list', {})).toMatchObject({ items: [{ students: 0 }] });
    expect(await call('student.restore', { classId, ids: [id] })).toMatchObject({
      items: [{ deleted: false, number: '7' }],
    });
    const reason = await call('reason.add', { classId, text: 'Tidy desk', delta: 3 });
    expect(reason).toMatchObject({ text: 'Tidy desk', delta: 3, category: null, builtIn: false, sort: 10 });
    expect(await call('reason.set', { classId, id: reason.id, change: { category: 'Order', delta: 0 } })).toMatchObject(
      { category: 'Order', delta: 0 },
    );
    await call('reason.delete', { classId, id: reason.id });
    expect((await call('reason.list', { classId })).items).toHaveLength(10);
  });

  it('name what is wrong with what was typed', async () => {
    const { call } = await device();
    const { id: classId } = await call('class.create', { name: '5B', students: ['Ada'] });
    await expect(call('student.add', { classId, students: [{ name: '' }] })).rejects.toMatchObject({
      code: 'blank-name',
    });
    await expect(call('student.add', { classId, students: [{ name: 'x'.repeat(300) }] })).rejects.toMatchObject({
      code: 'name-too-long',
      params: { field: 'name', max: 200, length: 300 },
    });
    await expect(call('reason.add', { classId, text: 'x', delta: 2 ** 31 })).rejects.toMatchObject({
      code: 'delta-out-of-range',
    });
    await expect(call('reason.add', { classId, text: 'x', delta: Number.NaN })).rejects.toMatchObject({
      code: 'invalid-params',
    });
    await expect(call('student.list', { classId: '0190abcd-0000-7000-8000-000000000001' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
