import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDevice } from '../../tests/support/device.ts';
import { openFileLog } from '../engine/file-log.ts';
import { claimDataFolder } from '../engine/folder-claim.ts';

/** Everything below a folder that others on this computer may read, enter or change, with its rights. */
function openToOthers(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const mode = statSync(path).mode & 0o777;
    return (mode & 0o077) === 0 ? [] : [`${path.slice(folder.length + 1)} ${mode.toString(8)}`];
  });
}

it.skipIf(process.platform === 'win32')(
  'everything the app writes into its folder is its user’s alone, also where that folder was there before and is open to all',
  async () => {
    await using device = await startDevice('Room 301 PC');
    chmodSync(device.folder, 0o755);
    const { id: classId } = await device.call('class.create', { name: '5B', students: ['Ada', 'Li W', 'Chen Yu'] });
    const { items } = await device.call('student.list', { classId });
    const ids = items.map(({ id }) => id);
    await device.call('score.add', { classId, studentIds: ids, award: { delta: 1, text: 'Homework' } });
    expect(openToOthers(device.folder)).toEqual([]);
    // Ending saves a copy, which is then shown, made a class of its own, and cleaned of who is erased.
    await device.restart();
    const [backup] = (await device.call('backup.list', { classId })).items;
    await device.call('backup.show', { classId, at: backup?.at ?? '' });
    await device.call('backup.restore', { classId, at: backup?.at ?? '', as: 'copy' });
    await device.call('student.erase', { classId, id: ids[0] ?? '', confirm: true });
    await device.call('backup.restore', { classId, at: backup?.at ?? '', as: 'in-place' });
    await device.call('score.add', { classId, studentIds: ids.slice(1), award: { delta: 1, text: 'Homework' } });
    const claim = await claimDataFolder(device.folder, 'cli');
    const log = openFileLog({ folder: join(device.folder, 'logs'), name: 'main', now: () => new Date().toISOString() });
    log.write('info', 'started', {});
    log.close();
    expect(readdirSync(device.folder, { recursive: true }).length).toBeGreaterThan(8);
    expect(openToOthers(device.folder)).toEqual([]);
    if (claim.kind === 'owned') await claim.claim.release();
  },
);
