import { expect, type Page } from '@playwright/test';

/**
 * Writes one day, one time of day, one time that something took, and one address of the server, instead of the real ones, also into what is drawn later, so that what different days
 * show can be compared. Rows that are being read are waited for, except where they are `unread` because a test holds them back.
 */
export async function stopTheClock(page: Page, unread = false): Promise<void> {
  if (!unread) await expect(page.locator('[role=grid] [aria-busy=true]')).toHaveCount(0);
  await page.evaluate(() => {
    const still = (text: string): string =>
      text
        .replaceAll(/\b\d{1,2}:\d{2}(:\d{2})?\b/g, '09:41')
        .replaceAll(/\b\d+ (?:second|minute)s? ago\b/g, 'this minute')
        .replaceAll(/\d+ ?(?:秒钟?|分钟)前/g, '此刻')
        .replaceAll(/\b[A-Z][a-z]{2} \d{1,2}, \d{4}\b/g, 'Nov 21, 2026')
        .replaceAll(/\d{4}年\d{1,2}月\d{1,2}日/g, '2026年11月21日')
        .replaceAll(/127\.0\.0\.1:\d+\/test_\w+/g, '127.0.0.1:5432/school')
        .replaceAll(/\b[\d,]+(?:\.\d+)? s\b/g, '5 s')
        .replaceAll(/[\d,]+(?:\.\d+)? 秒/g, '5 秒');
    const stop = (): void => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const text = node.nodeValue ?? '';
        if (still(text) !== text) node.nodeValue = still(text);
      }
    };
    stop();
    new MutationObserver(stop).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}
