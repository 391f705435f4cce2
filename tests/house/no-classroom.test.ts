import { join } from 'node:path';
import { expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { listFiles, readSource } from './source-file.ts';

const root = join(import.meta.dirname, '..', '..');
/** The engine: whatever syncs rows of any catalog. */
const engine = ['electron/sync/', 'electron/remote/', 'electron/store/sync/', 'shared/sync/'];
/** Names that are words of the engine too, with another meaning: a `reason` why, a `group` of rows, the alias of a key. */
const words = new Set(['reason', 'group', 'alias', 'erasure', 'settlement']);

it('the engine knows no table of the classroom by name, in code or in SQL', () => {
  const names = classroomCatalog.tables.map(({ name }) => name).filter((name) => !words.has(name));
  const spoken = new RegExp(
    `(?<!what: )['"\`.](?:${names.join('|')})['"\` ]|(?:FROM|INTO|JOIN|UPDATE) "?(?:${names.join('|')})\\b`,
  );
  const found = listFiles(root)
    .filter(
      (path) => engine.some((folder) => path.startsWith(folder)) && path.endsWith('.ts') && !path.endsWith('.test.ts'),
    )
    .flatMap((path) =>
      readSource(root, path)
        .text.split('\n')
        .flatMap((line, index) =>
          spoken.test(line.replace(/^\s*(?:\/?\*|\/\/).*/, '')) ? [`${path}:${index + 1} ${line.trim()}`] : [],
        ),
    );
  expect(found).toEqual([]);
});

it('the engine is given its catalog and takes no other', () => {
  const importing = listFiles(root).filter(
    (path) =>
      engine.some((folder) => path.startsWith(folder)) &&
      path.endsWith('.ts') &&
      !path.endsWith('.test.ts') &&
      readSource(root, path).text.includes('classroomCatalog'),
  );
  expect(importing).toEqual([]);
});
