import { expect, type Locator } from '@playwright/test';
import type { App } from './app.ts';
import { tabTo } from './tab-to.ts';

/**
 * Somebody who has read nothing about the app: reads what stands on the screen from top to bottom, and presses the first thing of that name. Knows no addresses, no
 * regions and no other page; where a dialog is open, only that. By mouse, or with the keyboard alone.
 */
export class Reader {
  readonly #app: App;
  readonly #by: 'mouse' | 'keyboard';

  constructor(app: App, by: 'mouse' | 'keyboard') {
    this.#app = app;
    this.#by = by;
  }

  /** What can be read and pressed now. */
  async #screen(): Promise<Locator> {
    const { page } = this.#app;
    const dialog = page.getByRole('dialog').filter({ visible: true }).last();
    return (await dialog.count()) > 0 ? dialog : page.locator('body');
  }

  /** Waits until words can be read. */
  async sees(words: string): Promise<void> {
    await expect(async () => {
      const text = await (await this.#screen()).innerText();
      expect(text.replaceAll(/\s+/gu, ' ')).toContain(words);
    }).toPass({ timeout: 30_000 });
  }

  /** Presses the first button or link that has these words in its name. By mouse it has to be in sight; by keyboard Tab has to lead to it. */
  async press(words: string): Promise<void> {
    const screen = await this.#screen();
    const link = screen.getByRole('link', { name: words });
    const thing = screen.getByRole('button', { name: words }).or(link).filter({ visible: true }).first();
    await expect(thing).toBeEnabled({ timeout: 30_000 });
    if (this.#by === 'mouse') {
      await expect(thing).toBeInViewport();
      await thing.click();
    } else {
      await tabTo(thing, 80);
      await this.#app.page.keyboard.press('Enter');
    }
  }

  /** Picks the first answer that has these words in it; with the keyboard a group of answers is one stop, and arrows choose in it. */
  async pick(words: string): Promise<void> {
    const answers = (await this.#screen()).getByRole('radio');
    const answer = (await this.#screen()).getByRole('radio', { name: words }).first();
    const { keyboard } = this.#app.page;
    if (this.#by === 'mouse') {
      await expect(answer).toBeInViewport();
      await answer.click();
      return;
    }
    await tabTo(answers.first(), 80);
    await keyboard.press('Space');
    for (let presses = await answers.count(); presses > 0 && !(await answer.isChecked()); presses -= 1)
      await keyboard.press('ArrowDown');
    await expect(answer).toBeChecked();
  }
}
