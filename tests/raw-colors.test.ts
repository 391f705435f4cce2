import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const renderer = join(import.meta.dirname, '..', 'renderer');
const files = globSync('**/*.{css,ts,tsx}', { cwd: renderer }).filter(
  (file) => file !== 'theme.ts' && !/\.test\.tsx?$/.test(file),
);

test('colours of the page stand in renderer/theme.ts and nowhere else', () => {
  expect(files.length).toBeGreaterThan(40);
  const raw = files.flatMap((file) =>
    [
      ...readFileSync(join(renderer, file), 'utf8').matchAll(
        /#[0-9a-f]{3,8}\b(?=['";,\s)])|\b(?:rgb|rgba|hsl|oklch)\(/gi,
      ),
    ].map((match) => `${file}: ${match[0]}`),
  );
  expect(raw).toEqual([]);
});
