import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openSmallDisk } from '../../tests/support/small-disk.ts';
import { claimDataFolder } from './folder-claim.ts';

test('a data folder on a full disk is refused for that, and nothing is left in it', async (context) => {
  using disk = openSmallDisk();
  if (disk?.kind !== 'no-room') return context.skip();
  disk.leave(0);
  const before = readdirSync(disk.folder);
  await expect(claimDataFolder(disk.folder, 'browser')).rejects.toMatchObject({ code: 'disk-full' });
  await expect(claimDataFolder(disk.folder, 'cli')).rejects.toMatchObject({ code: 'disk-full' });
  expect(readdirSync(disk.folder)).toEqual(before);
  disk.free();
  const claimed = await claimDataFolder(disk.folder, 'browser');
  expect(claimed.kind).toBe('owned');
  if (claimed.kind === 'owned') await claimed.claim.release();
});
