import type { Locator, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { PinLevel } from '../../../shared/permission/permission-level.ts';
import type { App } from './app.ts';
import { goTo } from './go-to.ts';

/** The permission PINs: their card in the settings, the sheet that asks for one, and the level in the rail. */
export class PinPage {
  readonly page: Page;
  readonly #t: TFunction;

  constructor(app: App) {
    this.page = app.page;
    this.#t = app.t;
  }

  async goto(): Promise<void> {
    await goTo(this.page, this.#t('common:nav.settings'));
    await this.card.waitFor();
  }

  get card(): Locator {
    return this.page.getByRole('region', { name: this.#t('settings:pins.title') });
  }

  /** What may be done now, in the rail; a click asks for the PIN or locks again. */
  get level(): Locator {
    return this.page.getByRole('banner').getByRole('button', { name: /PIN|lock again|锁定/ });
  }

  /** The sheet that asks for the PIN of a level. */
  sheet(level: PinLevel): Locator {
    return this.page.getByRole('dialog', { name: this.#t(`common:pin.title.${level}`) });
  }

  /** Gives a PIN to the sheet of a level. */
  async give(level: PinLevel, pin: string): Promise<void> {
    const sheet = this.sheet(level);
    await sheet.getByLabel(this.#t('common:pin.label'), { exact: true }).fill(pin);
    await this.page.keyboard.press('Enter');
  }

  /** Sets or changes a PIN in the settings. */
  async set(kind: 'set' | 'change', level: PinLevel, pin: string, current?: string): Promise<void> {
    const name = this.#t(`settings:pins.${kind}.${level}`);
    await this.card.getByRole('button', { name, exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name });
    if (current !== undefined) await dialog.getByLabel(this.#t('settings:pins.current')).fill(current);
    for (const label of ['fresh', 'again'] as const)
      await dialog.getByLabel(this.#t(`settings:pins.${label}`), { exact: true }).fill(pin);
    await dialog.getByRole('button', { name: this.#t('common:save') }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
}
