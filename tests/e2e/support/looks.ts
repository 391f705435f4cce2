import { expect, type Page, type TestInfo } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import type { App } from './app.ts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The picture of every state is kept for people who want to look at them. */
const pictures = process.env['TALLYBOOK_PICTURES'] === '1';

/** Looks at one state of a page after the other, in both themes, and remembers what is wrong with each. */
export class Looks {
  readonly #app: App;
  readonly #testInfo: TestInfo;
  readonly #found: (readonly [state: string, complaint: string])[] = [];

  constructor(app: App, testInfo: TestInfo) {
    this.#app = app;
    this.#testInfo = testInfo;
  }

  /** What is shown now: what axe has against it in each theme, and whether it fits a window 320 pixels wide, which is what 400 % of zoom leaves. */
  async at(state: string): Promise<void> {
    const { page } = this.#app;
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForFunction((wanted) => document.documentElement.dataset['appearance'] === wanted, theme);
      if (pictures) await this.#keepPictures(`${state}-${theme}`);
      for (const complaint of await complaints(page)) this.#found.push([`${state}, ${theme}`, complaint]);
    }
    const beyond = await overflow(page);
    if (beyond > 0) this.#found.push([state, `reaches ${beyond} pixels beyond the window`]);
  }

  /** Nothing was wrong with any state. */
  expectClean(): void {
    expect(this.#found).toEqual([]);
  }

  async #keepPictures(name: string): Promise<void> {
    const { page } = this.#app;
    await page.screenshot({ path: this.#testInfo.outputPath(`${name}.png`), caret: 'initial' });
    await page.setViewportSize({ width: 820, height: 1180 });
    await page.screenshot({ path: this.#testInfo.outputPath(`${name}-touch.png`), caret: 'initial' });
    await page.setViewportSize({ width: 1366, height: 768 });
  }
}

/** What axe has against the page as it is shown now, short enough to read. */
export async function complaints(page: Page): Promise<readonly string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await builder.withTags(rules).analyze();
  return (
    violations
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`))
      // An open menu floats above the page, outside of its landmarks; that is advice of axe, not a rule of WCAG.
      .filter((complaint) => !complaint.startsWith('region: <ul'))
  );
}

/** How far the page, or the part of it that scrolls, reaches beyond a window 320 pixels wide, once an open menu has found its new place. */
export async function overflow(page: Page): Promise<number> {
  await page.setViewportSize({ width: 320, height: 800 });
  let beyond = 0;
  const measure = async (): Promise<number> =>
    (beyond = await page.evaluate(() => {
      const parts = [document.documentElement, document.body, document.querySelector('#main')];
      return Math.max(...parts.map((part) => (part === null ? 0 : part.scrollWidth - part.clientWidth)));
    }));
  // What stays beyond is reported by whoever asked, with the state it was in.
  await expect
    .poll(measure, { timeout: 5_000 })
    .toBeLessThanOrEqual(0)
    .catch(() => undefined);
  await page.setViewportSize({ width: 1366, height: 768 });
  return beyond;
}
