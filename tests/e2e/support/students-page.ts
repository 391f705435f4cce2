import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { App } from './app.ts';
import { goTo } from './go-to.ts';

/** The roster: the grid of students and the panel at its side. */
export class StudentsPage {
  readonly page: Page;
  readonly #t: TFunction;

  constructor(app: App) {
    this.page = app.page;
    this.#t = app.t;
  }

  get grid(): Locator {
    return this.page.getByRole('grid', { name: this.#t('common:nav.students') });
  }

  /** The panel that adds or changes students. */
  get panel(): Locator {
    return this.page.getByRole('dialog').first();
  }

  /** What went wrong, in the panel. */
  get error(): Locator {
    return this.panel.getByRole('alert').first();
  }

  row(name: string): Locator {
    return this.grid.getByRole('row').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  field(name: 'name' | 'number' | 'note'): Locator {
    return this.panel.getByLabel(this.#t(`students:${name}`), { exact: true });
  }

  async goto(): Promise<void> {
    await goTo(this.page, this.#t('common:nav.students'));
    await this.page.getByRole('heading', { name: this.#t('common:nav.students'), level: 1 }).waitFor();
  }

  async startAdding(): Promise<void> {
    await this.page.getByRole('button', { name: this.#t('students:add'), exact: true }).click();
    await expect(this.field('name')).toBeFocused();
  }

  async pressAdd(): Promise<void> {
    await this.panel.getByRole('button', { name: this.#t('students:addOne'), exact: true }).click();
  }

  async close(): Promise<void> {
    await this.panel
      .getByRole('button', { name: this.#t('common:close') })
      .first()
      .click();
    await expect(this.panel).toBeHidden();
  }

  /** Opens the student at the side. */
  async open(name: string): Promise<void> {
    await this.row(name).getByText(name, { exact: true }).click();
    await expect(this.field('name')).toHaveValue(name);
  }

  /** Presses Save; the caller says what must follow. */
  async pressSave(): Promise<void> {
    await this.panel.getByRole('button', { name: this.#t('common:save'), exact: true }).click();
  }

  async rename(name: string, to: string): Promise<void> {
    await this.open(name);
    await this.field('name').fill(to);
    await this.pressSave();
    await expect(this.panel).toBeHidden();
    await expect(this.row(to)).toBeVisible();
  }

  async setGroup(name: string, group: string): Promise<void> {
    await this.open(name);
    await this.panel.getByRole('combobox', { name: this.#t('students:group') }).click();
    await this.page.getByTitle(group, { exact: true }).click();
    await this.pressSave();
    await expect(this.panel).toBeHidden();
    await expect(this.row(name)).toContainText(group);
  }

  async delete(name: string): Promise<void> {
    await this.open(name);
    await this.panel.getByRole('button', { name: this.#t('students:delete'), exact: true }).click();
    const question = this.page.getByRole('dialog', { name: this.#t('students:deleteTitle', { count: 1, name }) });
    await question.getByRole('button', { name: this.#t('students:delete'), exact: true }).click();
    await expect(this.row(name)).toBeHidden();
  }

  async gotoDeleted(): Promise<void> {
    await this.page.getByRole('button', { name: this.#t('students:recentlyDeleted') }).click();
    await this.deleted.waitFor();
  }

  get deleted(): Locator {
    return this.page.getByRole('grid', { name: this.#t('students:recentlyDeleted') });
  }

  async restore(name: string): Promise<void> {
    await this.deleted.getByRole('button', { name: this.#t('students:restoreNamed', { name }) }).click();
  }
}
