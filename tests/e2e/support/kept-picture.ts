import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, type Locator, type Page, type TestInfo } from '@playwright/test';
import { differences } from '../../support/pictures/compare.ts';
import { painted, type Picture } from '../../support/pictures/picture.ts';
import { readPng, writePng } from '../../support/pictures/png.ts';

const folder = join(import.meta.dirname, '..', 'pictures');

/** Pictures are those of one system's letters. */
const drawnHere = process.platform === 'linux';

/**
 * Compares a page, or a part of it, with the picture of that name a person has looked at, in the folder of the test, and answers what is wrong, if anything. What is still being drawn
 * has a few seconds. `--update-snapshots=all` keeps all pictures anew, `changed` those that look different; a missing one is written, and said.
 */
export async function comparePicture(
  part: Page | Locator,
  name: string,
  testInfo: TestInfo,
): Promise<string | undefined> {
  if (!drawnHere) return undefined;
  const path = join(folder, basename(testInfo.file, '.spec.ts'), `${name}.png`);
  const update = testInfo.config.updateSnapshots;
  const kept = existsSync(path) ? readFileSync(path) : undefined;
  const asked = update === 'all' || update === 'changed';
  if (update === 'all' || (update !== 'none' && kept === undefined)) {
    keep(path, readPng(await stillPicture(part)));
    return asked ? undefined : `there was no picture ${name}: it is written, look at it`;
  }
  if (kept === undefined) return `there is no picture ${name}`;
  const { seen, wrong } = await compare(part, readPng(kept));
  if (wrong === undefined) return undefined;
  if (update === 'changed') {
    keep(path, readPng(await stillPicture(part)));
    return undefined;
  }
  await attach(testInfo, name, kept, seen);
  return `looks different from the picture ${name}: ${wrong}`;
}

/**
 * What the page looks like when it does as the picture does, or once it has had a few seconds and no longer changes: on a busy machine a few seconds are one look, at
 * colours that are still on their way from one theme to the other.
 */
async function compare(
  part: Page | Locator,
  kept: Picture,
): Promise<{ readonly seen: Picture; readonly wrong: string | undefined }> {
  let seen = kept;
  let wrong: string | undefined;
  let last: Buffer | undefined;
  const patience = Date.now() + 5_000;
  const isDone = async (): Promise<boolean> => {
    const now = await shoot(part);
    const isStill = last?.equals(now) === true;
    last = now;
    seen = readPng(now);
    wrong = whatDiffers(kept, seen);
    return wrong === undefined || (isStill && Date.now() > patience);
  };
  await expect
    .poll(isDone, { timeout: 60_000 })
    .toBe(true)
    .catch(() => undefined);
  return { seen, wrong };
}

function whatDiffers(kept: Picture, seen: Picture): string | undefined {
  if (kept.width !== seen.width || kept.height !== seen.height)
    return `it was ${kept.width} × ${kept.height} pixels and is ${seen.width} × ${seen.height}`;
  const found = differences(kept, seen);
  const [worst] = found.toSorted((a, b) => b.beyond - a.beyond);
  if (worst === undefined) return undefined;
  return `${found.length} squares, most of all at ${worst.x}, ${worst.y} (${worst.beyond.toFixed(1)} steps too much)`;
}

/** A picture of what no longer changes. */
async function stillPicture(part: Page | Locator): Promise<Buffer> {
  let last = await shoot(part);
  await expect(async () => {
    const before = last;
    last = await shoot(part);
    expect(last.equals(before)).toBe(true);
  }).toPass({ timeout: 10_000 });
  return last;
}

async function shoot(part: Page | Locator): Promise<Buffer> {
  return await part.screenshot({ animations: 'disabled', caret: 'hide' });
}

function keep(path: string, picture: Picture): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writePng(picture));
}

/** Keeps with the result of a failed test what was expected, what was seen, and where they differ, framed. */
async function attach(testInfo: TestInfo, name: string, kept: Buffer, seen: Picture): Promise<void> {
  const contentType = 'image/png';
  await testInfo.attach(`${name}-kept.png`, { body: kept, contentType });
  await testInfo.attach(`${name}-seen.png`, { body: writePng(seen), contentType });
  const before = readPng(kept);
  if (before.width !== seen.width || before.height !== seen.height) return;
  await testInfo.attach(`${name}-marked.png`, { body: writePng(framed(before, seen)), contentType });
}

function framed(kept: Picture, seen: Picture): Picture {
  let marked = seen;
  for (const { x, y, width, height } of differences(kept, seen))
    for (const side of [
      { x, y, width, height: 1 },
      { x, y: y + height - 1, width, height: 1 },
      { x, y, width: 1, height },
      { x: x + width - 1, y, width: 1, height },
    ])
      marked = painted(marked, side, [255, 0, 160]);
  return marked;
}
