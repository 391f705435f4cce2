import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** A class that a component names in a style sheet. */
interface Use {
  readonly file: string;
  readonly sheet: string;
  readonly name: string;
}

function usesIn(file: string): readonly Use[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/import (\w+) from '(\.[^']+\.module\.css)'/g)].flatMap(([, local = '', path = '']) => {
    const sheet = normalize(join(dirname(file), path));
    const named = text.matchAll(new RegExp(`\\b${local}\\[['"]([\\w-]+)['"]\\]`, 'g'));
    return [...named].map(([, name = '']) => ({ file, sheet, name }));
  });
}

const classesOf = (sheet: string): ReadonlySet<string> =>
  new Set([...readFileSync(sheet, 'utf8').matchAll(/\.([a-zA-Z_][\w-]*)/g)].map(([, name = '']) => name));

const uses = globSync('renderer/**/*.tsx').flatMap(usesIn);

it('every class a component names is in its style sheet: one that is not is silently no style at all', () => {
  expect(uses.length).toBeGreaterThan(200);
  expect(uses.filter(({ sheet, name }) => !classesOf(sheet).has(name))).toEqual([]);
});
