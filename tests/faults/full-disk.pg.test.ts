import { expect, it } from 'vitest';
import { openSmallDisk } from '../support/small-disk.ts';
import { testDatabase } from '../support/test-database.ts';
import { syncOnFullDisk } from './full-disk.ts';

/** Pages at which the disk is full. The release run takes every one of them (docs/reliability.md). */
const from = Number(process.env['TALLYBOOK_DISK_FROM'] ?? 0);
const count = Number(process.env['TALLYBOOK_DISK_PAGES'] ?? 20);
const step = process.env['TALLYBOOK_DISK_PAGES'] === undefined ? 4 : 1;

it('a sync on a full disk says so, and loses nothing, whatever page is the last', async (context) => {
  using disk = openSmallDisk();
  if (disk === null) return context.skip();
  const pages = Array.from({ length: count }, (_, place) => from + place * step);
  const outcomes = await syncOnFullDisk(await testDatabase(), disk, pages);
  const full = disk.kind === 'no-room' ? 'disk-full' : 'folder-unwritable';
  if (from === 0) expect(outcomes.map(({ said }) => said.at(-1))).toContain(full);
}, 600_000);

it('a run the server has is never said to have changed nothing, whichever of the last pages its end needs', async (context) => {
  using disk = openSmallDisk();
  if (disk === null || count !== 20 || from !== 0) return context.skip();
  // The end of the run is noted with about 70 pages: from no room for it to room for all.
  const pages = Array.from({ length: 8 }, (_, place) => 70 + place);
  const outcomes = await syncOnFullDisk(await testDatabase(), disk, pages);
  expect(outcomes.map(({ said }) => said.at(-1))).toContain('completed');
}, 600_000);
