import type { Locator } from '@playwright/test';

/** Presses Tab until the element has the focus; fails when it is not reached within `most` presses. */
export async function tabTo(element: Locator, most = 40): Promise<void> {
  const { keyboard } = element.page();
  for (let presses = 0; presses < most; presses += 1) {
    if (await element.evaluate((node) => node === document.activeElement)) return;
    await keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${element.toString()}`);
}
