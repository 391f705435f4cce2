import type { Page } from '@playwright/test';

/** What stands in the work of a page (`#main`) beside each other, in the order in which it is read out, as "role name". Empty messages are nothing to read. */
export async function partsRead(page: Page): Promise<readonly string[]> {
  const heard = await page.locator('#main').ariaSnapshot();
  return heard.split('\n').flatMap((line) => {
    const part = /^ {2}- ['"]?(?<role>heading|region|group|status|alert)\b(?<rest>.*)$/.exec(line)?.groups;
    if (part === undefined) return [];
    const said = /"(?<name>(?:[^"\\]|\\.)*)"/.exec(part['rest'] ?? '')?.groups?.['name'];
    // A message has no name, only what it says.
    return said === undefined ? [part['role'] ?? ''] : [`${part['role']} ${said}`];
  });
}

/** How far the top edges of the named parts of `#main` lie below the page's, in the order of the document (px): what is read later never stands above what was read before. */
export async function topsOfParts(page: Page): Promise<readonly number[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll('#main section[aria-label], #main [role=status][aria-label], #main footer')].map(
      (part) => Math.round(part.getBoundingClientRect().top),
    ),
  );
}

/** Presses Tab (or Shift+Tab) through `#main` and answers the parts that have the focus one after the other: the name of the closest one that has one. */
export async function partsTabbed(page: Page, key: 'Tab' | 'Shift+Tab'): Promise<readonly string[]> {
  const been: string[] = [];
  let entered = false;
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press(key);
    const part = await page.evaluate(() => {
      const { activeElement } = document;
      if (activeElement?.closest('#main') == null) return null;
      const around = activeElement.closest('[role=grid], section, footer, header, [role=status], [role=group]');
      if (around?.tagName === 'HEADER') return 'header';
      // A group within a named part is not a part of its own.
      const whole = around?.closest('section[data-key]') ?? around;
      return `${whole?.getAttribute('role') ?? whole?.tagName.toLowerCase()} ${whole?.getAttribute('aria-label') ?? ''}`.trim();
    });
    if (part === null && entered) return been;
    if (part === null) continue;
    entered = true;
    if (been.at(-1) !== part) been.push(part);
  }
  throw new Error(`${key} does not leave the page`);
}
