import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { classFileOf } from '../../electron/store/class-files.ts';
import { startDevice } from '../support/device.ts';

it('a class whose file cannot be read any more comes back from a backup that can be looked at first, and the damaged file is kept', async () => {
  await using device = await startDevice('PC 1');
  const { id: classId } = await device.call('class.create', { name: '5B', students: ['Ann'] });
  await device.call('student.add', { classId, students: [{ name: 'Ben' }] });
  // Ending makes a backup of what changed.
  await device.stop();
  const file = classFileOf(device.folder, classId);
  const damaged = readFileSync(file).fill(0, 4_096);
  writeFileSync(file, damaged);
  await device.start();
  await expect(device.call('student.list', { classId })).rejects.toMatchObject({ code: 'store-damaged' });

  const { items } = await device.call('backup.list', { classId });
  const at = items[0]?.at ?? '';
  const shown = await device.call('backup.show', { classId, at });
  expect(shown).toMatchObject({ students: 2, studentsNow: 2, shared: 'never' });
  expect(shown.tables).toContainEqual({ table: 'student', gone: 0, back: 2, changed: 0 });
  expect(await device.call('backup.restore', { classId, at, as: 'in-place' })).toMatchObject({ students: 2 });
  expect((await device.call('student.list', { classId })).items.map(({ name }) => name)).toEqual(['Ann', 'Ben']);

  const folder = join(device.folder, 'backups', classId);
  const [kept] = readdirSync(folder).filter((name) => name.startsWith('damaged-'));
  expect(readFileSync(join(folder, kept ?? '')).equals(damaged)).toBe(true);
  // It is none of those one can go back to.
  expect((await device.call('backup.list', { classId })).items.every((backup) => backup.at === at)).toBe(true);
});
