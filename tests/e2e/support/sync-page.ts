import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { App } from './app.ts';
import { goTo } from './go-to.ts';

/** The Sync page: ways to share, the join code, connections. */
export class SyncPage {
  readonly page: Page;
  readonly #t: TFunction;

  constructor(app: App) {
    this.page = app.page;
    this.#t = app.t;
  }

  async goto(): Promise<void> {
    await goTo(this.page, this.#t('common:nav.sync'));
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** The card of the only connection. */
  get card(): Locator {
    return this.page.getByRole('region', { name: this.#t('sync:card.label', { name: '' }).trim() });
  }

  /** "Share from this PC": starts the server inside the app and answers the code. */
  async share(): Promise<string> {
    await this.page.getByRole('button', { name: this.#t('sync:doors.share.action'), exact: true }).click();
    const code = this.page.getByLabel(this.#t('sync:code.label'), { exact: true });
    // A server is made and started from nothing.
    await expect(code).toHaveText(/^TB1-/, { timeout: 60_000 });
    return await code.innerText();
  }

  /** How safe the class is, in the rail. */
  get badge(): Locator {
    return this.page.getByRole('banner').getByRole('status');
  }

  /** From the code to the first list of changes. */
  async seeUpload(): Promise<void> {
    await this.page.getByRole('button', { name: this.#t('sync:code.next') }).click();
  }

  /** From the card of the only connection to the list of changes. */
  async openPreview(): Promise<void> {
    await this.goto();
    await this.page.getByRole('button', { name: this.#t('sync:card.preview') }).click();
  }
}
