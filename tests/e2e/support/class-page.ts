import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { App } from './app.ts';
import { goTo } from './go-to.ts';

/** The class page: students as cards, points, the last action. */
export class ClassPage {
  readonly page: Page;
  readonly #t: TFunction;

  constructor(app: App, page: Page = app.page) {
    this.page = page;
    this.#t = app.t;
  }

  get board(): Locator {
    return this.page.getByRole('listbox', { name: this.#t('class:board') });
  }

  get cards(): Locator {
    return this.board.getByRole('option');
  }

  get bar(): Locator {
    return this.page.getByRole('group', { name: this.#t('class:give') });
  }

  /** What was done last, with its Undo. */
  get lastAction(): Locator {
    return this.page.locator('#main').getByRole('status');
  }

  /** The form of "Other…". */
  get other(): Locator {
    return this.page.getByRole('dialog');
  }

  /** The card of a student; names are told apart as a whole. */
  card(name: string): Locator {
    return this.cards.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async goto(): Promise<void> {
    await goTo(this.page, this.#t('common:nav.class'));
    await this.board.waitFor();
  }

  /** Gives points with one of the quick buttons: +1, +2 or −1. */
  async award(name: string, quick: '+1' | '+2' | '−1'): Promise<void> {
    await this.card(name).click();
    await this.bar.getByRole('button', { name: quick, exact: true }).first().click();
    await expect(this.lastAction).toContainText(name);
    await expect(this.bar).toBeHidden();
  }

  /** Gives any number of points through "Other…". */
  async awardOther(name: string, amount: string, text: string): Promise<void> {
    await this.card(name).click();
    await this.openOther();
    await this.amount.fill(amount);
    await this.other.getByLabel(this.#t('class:reasonText')).fill(text);
    await this.giveOther();
    await expect(this.other).toBeHidden();
  }

  get amount(): Locator {
    return this.other.getByLabel(this.#t('class:amount'), { exact: true });
  }

  async openOther(): Promise<void> {
    await this.bar.getByRole('button', { name: this.#t('class:other') }).click();
    await expect(this.amount).toBeFocused();
  }

  async giveOther(): Promise<void> {
    await this.other.getByRole('button', { name: this.#t('class:giveAction'), exact: true }).click();
  }

  async undoLast(): Promise<void> {
    await this.lastAction.getByRole('button', { name: this.#t('class:undo') }).click();
    await expect(this.lastAction.getByRole('button')).toBeHidden();
  }

  /** Waits until the card says this many points, fewer than a thousand. */
  async expectPoints(name: string, points: number): Promise<void> {
    await expect(this.card(name)).toHaveAccessibleName(new RegExp(`\\s${String(points).replace('-', '−')}\\s\\S+$`));
  }

  /** The names on the cards, in their order. */
  async names(): Promise<readonly string[]> {
    await this.cards.first().waitFor();
    return await this.cards.evaluateAll((cards) =>
      cards.map((card) => (card as HTMLElement).innerText.split('\n')[1] ?? ''),
    );
  }

  /** Every card as it is read out, with name, number, group and points; both devices compare these. */
  async read(): Promise<string> {
    await this.cards.first().waitFor();
    return await this.board.ariaSnapshot();
  }
}
