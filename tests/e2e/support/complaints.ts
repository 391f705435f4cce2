import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe has against the page as it is shown now, short enough to read. */
export async function complaints(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(rules).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  );
}

/** How far the page, or the part of it that scrolls, reaches beyond a window 320 pixels wide: that is what 400 % of zoom leaves. */
export async function overflow(page: Page): Promise<number> {
  await page.setViewportSize({ width: 320, height: 800 });
  const beyond = await page.evaluate(() => {
    const parts = [document.documentElement, document.body, document.querySelector('#main')];
    return Math.max(...parts.map((part) => (part === null ? 0 : part.scrollWidth - part.clientWidth)));
  });
  await page.setViewportSize({ width: 1366, height: 768 });
  return beyond;
}
