import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import { chooseDataFolder, defaultDataFolder, prepareDataFolder } from './data-folder.ts';

test('every system keeps the data where its programs keep theirs', () => {
  expect(defaultDataFolder('win32', { APPDATA: 'roaming' })).toBe(join('roaming', 'Tallybook'));
  expect(defaultDataFolder('darwin', {})).toMatch(/Library.Application Support.Tallybook$/);
  expect(defaultDataFolder('linux', { XDG_DATA_HOME: '/data' })).toBe(join('/data', 'tallybook'));
  expect(defaultDataFolder('linux', {})).toMatch(/\.local.share.tallybook$/);
});

test('a folder that is asked for is taken as it stands to the current one', () => {
  expect(chooseDataFolder('here')).toBe(resolve('here'));
  expect(chooseDataFolder('')).toBe(defaultDataFolder());
});

test("a new folder is this user's alone and nothing is left in it", () => {
  const folder = join(tempFolder(), 'a', 'b');
  prepareDataFolder(folder);
  expect(readdirSync(folder)).toEqual([]);
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a folder that is shared keeps its rights', () => {
  const folder = join(tempFolder(), 'shared');
  mkdirSync(folder, { mode: 0o755 });
  prepareDataFolder(folder);
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o755);
});

test('a place that cannot be written is refused with its name', () => {
  const folder = join(tempFolder(), 'file', 'data');
  writeFileSync(join(folder, '..'), '');
  expect(() => prepareDataFolder(folder)).toThrow(
    expect.objectContaining({ code: 'folder-unwritable', params: { folder } }),
  );
});
