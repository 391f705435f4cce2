import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import type { App } from './app.ts';
import { SyncPage } from './sync-page.ts';

/** The list of changes before anything is written: counts, rows, decisions, the run and its result. */
export class PreviewPage {
  readonly page: Page;
  readonly #app: App;
  readonly #t: TFunction;

  constructor(app: App) {
    this.page = app.page;
    this.#app = app;
    this.#t = app.t;
  }

  get grid(): Locator {
    return this.page.getByRole('grid', { name: this.#t('sync:list.label') });
  }

  /** The rows of the list without its head. */
  get rows(): Locator {
    return this.grid.locator('[role=row]:not([data-empty])').filter({ has: this.page.getByRole('gridcell') });
  }

  /** The counts by category, kind and direction. */
  get matrix(): Locator {
    return this.page.getByRole('region', { name: this.#t('sync:matrix.label') });
  }

  get detail(): Locator {
    return this.page.getByRole('region', { name: this.#t('sync:detail.label', { record: '' }).trim() });
  }

  /** The detail of one row of the plan. */
  detailOf(ordinal: number): Locator {
    return this.page.locator(`section[data-key="${ordinal}"]`);
  }

  get result(): Locator {
    return this.page.getByRole('status', { name: this.#t('sync:outcome.label') });
  }

  /** That there is nothing to do. */
  get bothSame(): Locator {
    return this.page.getByRole('heading', { name: this.#t('sync:preview.same.title') });
  }

  /** The button that compares both sides afresh. */
  get refresh(): Locator {
    return this.page.getByRole('button', { name: this.#t('sync:preview.refresh') }).first();
  }

  /** An answer to the question in the detail, by its first words. */
  option(words: string): Locator {
    return this.detail.getByRole('radio', { name: words });
  }

  /** The lines that speak of a record: not those that only wait for it, which the decision says in the last cell, where there is one behind the record's. */
  row(record: string): Locator {
    const cells = '[role=gridcell]:not(:last-child), [role=gridcell]:nth-child(-n + 3)';
    return this.rows.filter({ has: this.page.locator(cells, { hasText: record }) });
  }

  /** Scrolls the list until a record's line is there: only lines that are in sight, and their neighbours, are in the page. */
  async bringInSight(record: string): Promise<Locator> {
    return await this.#scrollTo(this.row(record).first());
  }

  /** Scrolls the list until the box of a part (by the part's name) is drawn. */
  async partInSight(part: string): Promise<Locator> {
    return await this.#scrollTo(this.grid.getByRole('checkbox', { name: this.#t('sync:part.tick', { part }) }));
  }

  /** Puts a line that is drawn at the lower end of the list, wherever it was come to from: for pictures. */
  async putLast(row: Locator): Promise<void> {
    await row.evaluate((line) => {
      const grid = line.closest('[role=grid]');
      // Whole pixels: letters look otherwise between two of them.
      if (grid !== null)
        grid.scrollTop = Math.round(
          grid.scrollTop + line.getBoundingClientRect().bottom - grid.getBoundingClientRect().bottom,
        );
    });
    // Where the mouse was another line is now.
    await this.page.mouse.move(0, 0);
    await this.#untilDrawn();
  }

  /** The same for `recordNamed`. */
  async recordInSight(record: string): Promise<Locator> {
    return await this.#scrollTo(this.recordNamed(record).first());
  }

  async #scrollTo(row: Locator): Promise<Locator> {
    await expect(async () => {
      await this.#untilDrawn();
      if ((await row.count()) > 0) return;
      await this.grid.evaluate((grid) => {
        const end = grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1;
        grid.scrollTop = end ? 0 : grid.scrollTop + grid.clientHeight / 2;
      });
      await this.#untilDrawn();
      expect(await row.count()).toBeGreaterThan(0);
    }).toPass({ timeout: 30_000 });
    return row;
  }

  /** Waits until the lines that are drawn are those at the place the list was scrolled to, and have been read: on a busy machine those of before stand there for a while. */
  async #untilDrawn(): Promise<void> {
    await expect
      .poll(
        async () =>
          await this.grid.evaluate((grid) => {
            const [head, ...lines] = [...grid.querySelectorAll('[role=row]')].map((line) =>
              line.getBoundingClientRect(),
            );
            const sight = grid.getBoundingClientRect();
            const isEnd = grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1;
            return (
              lines.some(({ top }) => top <= (head?.bottom ?? sight.top) + 1) &&
              (isEnd || lines.some(({ bottom }) => bottom >= sight.bottom - 1))
            );
          }),
      )
      .toBe(true);
    await expect(this.rows.and(this.page.locator('[aria-busy=true]'))).toHaveCount(0);
  }

  /** The name of a record in its line, as a whole: a click on it shows its detail. */
  recordNamed(record: string): Locator {
    return this.rows.locator('[data-record]').getByText(record, { exact: true });
  }

  /** Compares both sides and waits for the list, or for the word that there is nothing to do. */
  async open(): Promise<void> {
    await new SyncPage(this.#app).openPreview();
    await this.waitForList();
  }

  /** Waits until the list has its lines, or there is nothing to do. */
  async waitForList(): Promise<void> {
    // Keys do nothing in a list whose lines are not there yet; the first is its head.
    const lines = this.grid.locator('[role=row]:not([data-empty])').nth(1);
    const none = this.grid.getByText(this.#t('sync:list.nothing.title'));
    await expect(lines.or(none).or(this.bothSame).first()).toBeVisible({ timeout: 30_000 });
    await expect(this.refresh).toBeEnabled();
  }

  /** The button that carries changes out in a direction, with its count in the name. */
  runButton(mode: 'apply' | 'pull' | 'sync'): Locator {
    const [verb = ''] = this.#t(`sync:run.${mode}`, { count: 0 }).split('0');
    return this.page.getByRole('button', { name: new RegExp(`^${verb}\\d`) });
  }

  /** Carries the list out and waits for the result. */
  async run(mode: 'apply' | 'pull' | 'sync'): Promise<void> {
    await this.runButton(mode).click();
    await expect(this.result).toBeVisible({ timeout: 30_000 });
  }

  /** Picks an answer in the detail; nothing is decided yet. */
  async pick(words: string): Promise<void> {
    await this.option(words).check();
  }

  /** Decides with what is picked in the detail. */
  async useAnswer(): Promise<void> {
    await this.use.click();
    await expect(this.detail.getByRole('button', { name: this.#t('sync:detail.takeBack') })).toBeVisible();
  }

  /** The button that decides with what is picked. */
  get use(): Locator {
    return this.detail.getByRole('button', { name: this.#t('sync:detail.use'), exact: true });
  }

  /** The button that leaves a question for another time. */
  get later(): Locator {
    return this.detail.getByRole('button', { name: this.#t('sync:detail.later'), exact: true });
  }

  /** The button that takes the whole record of a side. */
  whole(side: 'local' | 'server'): Locator {
    const name = this.#t(side === 'local' ? 'sync:detail.wholeLocal' : 'sync:detail.wholeServer');
    return this.detail.getByRole('button', { name, exact: true });
  }

  /** The button that keeps both versions of a record as two. */
  get keepBoth(): Locator {
    return this.detail.getByRole('button', { name: this.#t('sync:detail.keepBoth'), exact: true });
  }

  /** The button that opens the menu for many rows, whatever it is about. */
  get decideMany(): Locator {
    const tools = this.page.getByRole('group', { name: this.#t('sync:list.tools') });
    const kinds = ['marked', 'undecided', 'undecidedShown', 'conflicts', 'conflictsShown'] as const;
    const labels = kinds.flatMap((kind) => [1, 2].map((count) => this.#t(`sync:bulk.open.${kind}`, { count })));
    const said = [...labels, this.#t('sync:bulk.open.none')].map((label) => label.replace(/\d/u, '[\\d,]+'));
    return tools.getByRole('button', { name: new RegExp(`^(${said.join('|')})$`, 'u') });
  }

  /** The button below the list that takes the last choice back, or puts it in force again. */
  stepButton(direction: 'undo' | 'redo'): Locator {
    return this.page.getByRole('button', { name: this.#t(`sync:run.${direction}`), exact: true }).last();
  }

  /** Takes the last choice back by key and waits until the engine has done so. */
  async undo(): Promise<void> {
    await expect(this.stepButton('undo')).toBeEnabled();
    await this.page.keyboard.press('Control+z');
  }

  /** Previews, syncs, and expects that everything went through. */
  async syncAll(): Promise<void> {
    await this.open();
    if (await this.bothSame.isVisible()) return;
    await this.run('sync');
    await this.expectDone();
  }

  async expectDone(): Promise<void> {
    await expect(this.result.getByRole('heading')).toHaveText(this.#t('sync:outcome.completed.title'));
  }

  /** The counts that are not zero, as the buttons of the matrix say them. */
  async counts(): Promise<readonly string[]> {
    return await this.matrix
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent ?? ''));
  }
}
