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

/**
 * The named parts of `#main`, in the order of the document, that stand neither below the one read before them nor to its right, where a page of two columns goes on:
 * none, or people who see the page and those who hear it are told it in two orders.
 */
export async function partsOutOfOrder(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const parts = [
      ...document.querySelectorAll('#main section[aria-label], #main [role=status][aria-label], #main footer'),
    ].map((part) => ({ name: part.getAttribute('aria-label') ?? '', at: part.getBoundingClientRect() }));
    return parts.flatMap(({ name, at }, index) => {
      const before = parts[index - 1]?.at;
      const follows = before === undefined || Math.round(at.top) >= Math.round(before.top) || at.left >= before.right;
      return follows ? [] : [name];
    });
  });
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
