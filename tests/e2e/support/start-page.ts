import type { Locator, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { App } from './app.ts';

/** The first start: name of the PC, the doors, a new class. */
export class StartPage {
  readonly page: Page;
  readonly #t: TFunction;

  constructor(app: App) {
    this.page = app.page;
    this.#t = app.t;
  }

  get question(): Locator {
    return this.page.getByRole('heading', { name: this.#t('first-start:device.title') });
  }

  get doors(): Locator {
    return this.page.getByRole('heading', { name: this.#t('first-start:title') });
  }

  get namesField(): Locator {
    return this.page.getByLabel(this.#t('students:paste.label'));
  }

  /** The names the page has read from the pasted list. */
  get namesRead(): Locator {
    return this.page.getByRole('list', { name: this.#t('students:paste.preview') }).getByRole('listitem');
  }

  /** The button that makes the class. */
  get make(): Locator {
    return this.page.locator('button[type=submit]');
  }

  async nameDevice(name: string): Promise<void> {
    await this.page.getByLabel(this.#t('first-start:device.name')).fill(name);
    await this.page.getByRole('button', { name: this.#t('first-start:device.next') }).click();
    await this.doors.waitFor();
  }

  async chooseNewClass(): Promise<void> {
    await this.page.getByRole('button', { name: this.#t('first-start:newClass.open'), exact: true }).click();
  }

  async chooseJoin(): Promise<void> {
    await this.page.getByRole('button', { name: this.#t('first-start:join.open'), exact: true }).click();
  }

  async openSample(): Promise<void> {
    await this.page.getByRole('button', { name: this.#t('first-start:sample.open') }).click();
  }

  /** Fills the form of a new class without making it. */
  async fillClass(name: string, students = ''): Promise<void> {
    await this.page.getByLabel(this.#t('first-start:newClass.name')).fill(name);
    await this.namesField.fill(students);
  }

  /** From the doors to a class of that name with these students, one per line. */
  async makeClass(name: string, students: string): Promise<void> {
    await this.chooseNewClass();
    await this.fillClass(name, students);
    await this.make.click();
    await this.page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
  }
}
