import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { App } from './app.ts';

/** What is typed into the form of a school server. */
export interface ServerValues {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** The form of a school server and its test, on the Sync page and where a class is joined. */
export class ServerForm {
  readonly page: Page;
  readonly #t: TFunction;

  constructor(app: App) {
    this.page = app.page;
    this.#t = app.t;
  }

  field(name: keyof ServerValues): Locator {
    return this.page.getByLabel(this.#t(`sync:form.${name}`), { exact: true });
  }

  /** The steps of the test with what came of each. */
  get steps(): Locator {
    return this.page.getByRole('region', { name: this.#t('sync:test.title'), exact: true }).getByRole('listitem');
  }

  get error(): Locator {
    return this.page.getByRole('alert').first();
  }

  async enter(values: ServerValues): Promise<void> {
    for (const name of ['host', 'port', 'database', 'user', 'password'] as const)
      await this.field(name).fill(String(values[name]));
  }

  async startTest(): Promise<void> {
    await this.page
      .getByRole('button', { name: this.#t('sync:test.run') })
      .or(this.page.getByRole('button', { name: this.#t('sync:test.again') }))
      .click();
  }

  async stopTest(): Promise<void> {
    await this.page.getByRole('button', { name: this.#t('sync:test.cancel') }).click();
  }

  /** Tests and expects that it stops at a step, with a reason in words, the remedy, and the focus in the field at fault. */
  async expectFailure(failure: {
    readonly step: string;
    readonly reason: string;
    readonly field: keyof ServerValues;
  }): Promise<void> {
    await this.startTest();
    await expect(this.error).toContainText(failure.reason);
    await expect(this.error).toContainText('Nothing was changed.');
    await expect(this.steps.filter({ hasText: /^failed/ })).toContainText(failure.step);
    await expect(this.field(failure.field)).toBeFocused();
    await expect(this.field(failure.field)).toHaveAttribute('aria-invalid', 'true');
  }
}
