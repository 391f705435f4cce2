import { expect, test } from 'vitest';

const sources = import.meta.glob<string>(['./**/*.{css,ts,tsx}', '!./theme.ts', '!./**/*.test.{ts,tsx}'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

test('colours stand in theme.ts and nowhere else', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(40);
  const raw = Object.entries(sources).flatMap(([file, text]) =>
    [...text.matchAll(/#[0-9a-f]{3,8}\b(?=['";,\s)])|\b(?:rgb|rgba|hsl|oklch)\(/gi)].map(
      (match) => `${file}: ${match[0]}`,
    ),
  );
  expect(raw).toEqual([]);
});
