import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import type { App } from './app.ts';
import { stopTheClock } from './stop-the-clock.ts';

/** Compares a part of the page, as it is heard, with what is kept beside the test: nothing may be missing, and nothing be there beside it. */
export async function expectSpoken({ page, language }: App, part: Locator, state: string): Promise<void> {
  const info = test.info();
  const name = `${state}-${language.toLowerCase()}.aria.yml`;
  await stopTheClock(page);
  if (['changed', 'all'].includes(info.config.updateSnapshots)) {
    const path = info.snapshotPath(name, { kind: 'aria' });
    await page.waitForLoadState('networkidle');
    mkdirSync(dirname(path), { recursive: true });
    // As it is: the runner would write every number as a pattern.
    writeFileSync(path, `- /children: deep-equal\n${withoutAddresses(await part.ariaSnapshot())}\n`);
  }
  await expect.soft(part).toMatchAriaSnapshot({ name });
}

/** Where links lead is not heard, and has the id of a record in it. */
function withoutAddresses(heard: string): string {
  return heard
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('- /url:'))
    .map((line, at, lines) => {
      const depth = (text: string): number => text.length - text.trimStart().length;
      const next = lines[at + 1];
      const isEmpty = line.endsWith(':') && (next === undefined || depth(next) <= depth(line));
      return isEmpty ? line.slice(0, -1) : line;
    })
    .join('\n');
}
