import { expect, type Locator, type Page, type TestInfo } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import type { App } from './app.ts';
import { comparePicture } from './kept-picture.ts';
import { stopTheClock } from './stop-the-clock.ts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The picture of every state is kept for people who want to look at them. */
const pictures = process.env['TALLYBOOK_PICTURES'] === '1';

/** What of a state is kept as pictures, which people look at and every later run is compared with. */
export interface Kept {
  /** The part of the page the state is about, or the page where it is about all of it. */
  readonly of: Page | Locator;
  /** A style sheet's way to the part where axe is asked about it alone, because what is around it is what it was in a state before. */
  readonly within?: string | undefined;
  /** Also in the colours of the system alone; in English, as they do not depend on the language. */
  readonly forced?: boolean;
  /** Rows of the list are held back, and stay as they are drawn before they are read. */
  readonly unread?: boolean;
  /** Windows of other sizes the whole page is kept in as well. */
  readonly windows?: readonly Window[];
}

/** A window of another size, in pixels. */
export interface Window {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** A phone, held upright. */
export const phone: Window = { name: 'phone', width: 390, height: 844 };
const desk = { width: 1366, height: 768 };
const themes = ['dark', 'light'] as const;

/** Looks at one state of a page after the other, in both themes, and remembers what is wrong with each. */
export class Looks {
  readonly #app: App;
  readonly #testInfo: TestInfo;
  readonly #found: (readonly [state: string, complaint: string])[] = [];

  constructor(app: App, testInfo: TestInfo) {
    this.#app = app;
    this.#testInfo = testInfo;
  }

  /**
   * What is shown now: what axe has against it in each theme, whether it looks as the pictures that are `kept` of it, and whether it fits a window 320 pixels
   * wide, which is what 400 % of zoom leaves.
   */
  async at(state: string, kept?: Kept): Promise<void> {
    const { page } = this.#app;
    if (kept !== undefined) await stopTheClock(page, kept.unread);
    for (const theme of themes) {
      await this.#wear(theme);
      if (kept !== undefined) await this.#compare(kept.of, state, theme);
      if (pictures) await this.#keepPictures(`${state}-${theme}`);
      await this.#ask(`${state}, ${theme}`, { within: kept?.within });
    }
    if (kept?.forced === true && this.#app.language === 'en') await this.#inForcedColors(state, kept);
    for (const window of kept?.windows ?? []) await this.#inWindow(state, window);
    const beyond = await overflow(page);
    if (beyond > 0) this.#found.push([state, `reaches ${beyond} pixels beyond the window`]);
  }

  /** Nothing was wrong with any state. */
  expectClean(): void {
    expect(this.#found).toEqual([]);
  }

  async #wear(theme: 'dark' | 'light'): Promise<void> {
    const { page } = this.#app;
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((wanted) => document.documentElement.dataset['appearance'] === wanted, theme);
  }

  async #ask(state: string, asked: Asked): Promise<void> {
    for (const complaint of await complaints(this.#app.page, asked)) this.#found.push([state, complaint]);
  }

  async #compare(part: Page | Locator, state: string, how: string): Promise<void> {
    const wrong = await comparePicture(part, `${state}-${this.#app.language.toLowerCase()}-${how}`, this.#testInfo);
    if (wrong !== undefined) this.#found.push([`${state}, ${how}`, wrong]);
  }

  async #inForcedColors(state: string, kept: Kept): Promise<void> {
    const { page } = this.#app;
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
    await this.#compare(kept.of, state, 'forced');
    // The colours are pairs of the system. Axe sets the system's background against the author's text, which nobody sees.
    await this.#ask(`${state}, forced colours`, { within: kept.within, besides: ['color-contrast'] });
    await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' });
  }

  async #inWindow(state: string, { name, width, height }: Window): Promise<void> {
    const { page } = this.#app;
    await page.setViewportSize({ width, height });
    for (const theme of themes) {
      await this.#wear(theme);
      await this.#compare(page, `${state}-${name}`, theme);
    }
    await page.setViewportSize(desk);
  }

  async #keepPictures(name: string): Promise<void> {
    const { page } = this.#app;
    await page.screenshot({ path: this.#testInfo.outputPath(`${name}.png`), caret: 'initial' });
    await page.setViewportSize({ width: 820, height: 1180 });
    await page.screenshot({ path: this.#testInfo.outputPath(`${name}-touch.png`), caret: 'initial' });
    await page.setViewportSize(desk);
  }
}

/** What axe is asked about. */
interface Asked {
  /** A style sheet's way to the only part it is asked about. */
  readonly within?: string | undefined;
  /** Rules that are not asked for. */
  readonly besides?: readonly string[];
}

/** What axe has against the page as it is shown now, short enough to read. */
export async function complaints(page: Page, { within, besides = [] }: Asked = {}): Promise<readonly string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  if (within !== undefined) builder.include(within);
  const { violations } = await builder
    .withTags(rules)
    .disableRules([...besides])
    .analyze();
  const cut = await cutOff(
    page,
    violations
      .filter(({ id }) => id === 'target-size')
      .flatMap(({ nodes }) => nodes.map(({ target }) => String(target[0]))),
  );
  return (
    violations
      .flatMap(({ id, nodes }) =>
        nodes
          .filter(({ target }) => id !== 'target-size' || !cut.includes(String(target[0])))
          .map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
      )
      // An open menu floats above the page, outside of its landmarks; that is advice of axe, not a rule of WCAG.
      .filter((complaint) => !complaint.startsWith('region: <ul'))
  );
}

/** Which of some targets are in a part that scrolls, and half out of its sight: they are as large as they are once they are scrolled to. */
async function cutOff(page: Page, targets: readonly string[]): Promise<readonly string[]> {
  return await page.evaluate((selectors) => {
    const isCut = (target: Element): boolean => {
      let part = target.parentElement;
      while (part !== null && !(part.scrollHeight > part.clientHeight && getComputedStyle(part).overflowY === 'auto'))
        part = part.parentElement;
      if (part === null) return false;
      const [box, around] = [target.getBoundingClientRect(), part.getBoundingClientRect()];
      const foot = [...part.children].find(
        (child) => getComputedStyle(child).position === 'sticky' && child !== part.firstElementChild,
      );
      return (
        box.top < around.top || box.bottom > Math.min(around.bottom, foot?.getBoundingClientRect().top ?? Infinity)
      );
    };
    return selectors.filter((selector) => [...document.querySelectorAll(selector)].some(isCut));
  }, targets);
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
  await page.setViewportSize(desk);
  return beyond;
}
