import { join, sep } from 'node:path';
import { expect, it } from 'vitest';
import { checkFile } from './check-file.ts';
import { changedMigrations } from './released-migrations.ts';
import released from './released-migrations.json' with { type: 'json' };
import { isText, listFiles, readSource } from './source-file.ts';

const root = join(import.meta.dirname, '..', '..');

it('finds every file of the project following the rules of the house', () => {
  const files = listFiles(root).filter(isText);
  expect(files).toContain('shared/errors.ts');
  expect(files.flatMap((path) => checkFile(readSource(root, path)))).toEqual([]);
}, 120_000);

it('finds the place of the project on this machine nowhere in the project', () => {
  const files = listFiles(root).filter(isText);
  expect(files.filter((path) => readSource(root, path).text.includes(`${root}${sep}`))).toEqual([]);
});

it('finds every released migration as it was when it was released', () => {
  expect(changedMigrations(root, released)).toEqual([]);
});
