import { expect, type Locator, type Page } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore } from '../../electron/store/class-store.ts';
import type { App } from './support/app.ts';
import { everyQuestion } from './support/every-question.ts';
import { Looks } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { onlyConnection } from './support/shared-class.ts';
import { test } from './support/test.ts';

/** A state of the list of changes, how to bring it about from the list as it opens, and how to leave it. */
interface State {
  readonly name: string;
  /** The part that is kept as a picture; without it, the panel of the record. */
  readonly part?: (app: App, preview: PreviewPage) => Page | Locator;
  /** Where axe is asked about a part alone, a style sheet's way to it. */
  readonly within?: string;
  /** Also kept in the colours of the system alone. */
  readonly forced?: boolean;
  readonly enter: (app: App, preview: PreviewPage) => Promise<void>;
  readonly leave?: (app: App, preview: PreviewPage) => Promise<void>;
}

const escape = async ({ page }: App): Promise<void> => await page.keyboard.press('Escape');

/** Opens the record in the panel at the side, from the top of the list: it stays where the record before had scrolled it. */
const panelOf =
  (named: string | ((app: App) => string)): State['enter'] =>
  async (app, preview) => {
    const record = typeof named === 'string' ? named : named(app);
    await preview.grid.focus();
    await app.page.keyboard.press('Home');
    // Before the list is at its top, the record's line may be one that is about to be taken away.
    await expect.poll(async () => await preview.grid.evaluate((grid) => grid.scrollTop)).toBe(0);
    await (await preview.bringInSight(record)).getByText(record).first().click();
    await expect(preview.detail.getByRole('heading', { level: 2 })).toContainText(record);
  };

const tools = ({ page, t }: App) => page.getByRole('group', { name: t('sync:list.tools') });

/** Opens the menu that decides all that is undecided. */
async function openForMany(app: App): Promise<void> {
  await tools(app).locator('[aria-haspopup=menu]').last().click();
  await app.page.getByRole('menuitem', { name: app.t('sync:bulk.rule.newer') }).waitFor();
}

/** The list with what stands above it. */
const list: State['part'] = ({ page, t }) => page.getByRole('region', { name: t('sync:list.label') });
const whole: State['part'] = ({ page }) => page;

/** Presses a key in the list at a record whose row it does not fit; its panel says why. */
const refusedAt =
  (
    named: string | ((app: App) => string),
    key: string,
    hint: 'asks' | 'cannotTick' | 'nothingAsked' | 'claimed' | 'notBoth',
  ): State['enter'] =>
  async (app, preview) => {
    await panelOf(named)(app, preview);
    await preview.grid.focus();
    await app.page.keyboard.press(key);
    await expect(preview.detail.getByRole('status').first()).toHaveText(app.t(`sync:detail.hint.${hint}`));
  };

const states: readonly State[] = [
  { name: 'both-changed', enter: panelOf('Anna H') },
  { name: 'changed-here-deleted-there', enter: panelOf('Fritzi') },
  { name: 'points-for-a-deleted-student', enter: panelOf('Greta') },
  { name: 'deleted-here-changed-there', enter: panelOf('Lena') },
  { name: 'same-number', enter: panelOf('Nora') },
  { name: 'points-differ', enter: panelOf((app) => `${app.t('sync:thing.score_event')} · Ida`) },
  { name: 'waits-for-a-question', enter: panelOf((app) => `${app.t('sync:thing.score_event')} · Nora`) },
  { name: 'cannot-be-stored', enter: panelOf((app) => `${app.t('sync:thing.score_event')} · Hanna`), forced: true },
  { name: 'deleted-with-points', enter: panelOf('王芳') },
  { name: 'plain-change', enter: panelOf('Hanna') },
  { name: 'asks-first', enter: refusedAt('Anna H', 'Space', 'asks'), forced: true },
  { name: 'not-both', enter: refusedAt('Fritzi', 'b', 'notBoth') },
  { name: 'claimed-by-two', enter: refusedAt('Nora', 'l', 'claimed') },
  {
    name: 'cannot-be-ticked',
    enter: refusedAt((app) => `${app.t('sync:thing.score_event')} · Nora`, 'Space', 'cannotTick'),
  },
  { name: 'nothing-asked', enter: refusedAt('Hanna', 'l', 'nothingAsked') },
  {
    name: 'number-taken',
    enter: async (app, preview) => {
      await panelOf('Nora · 30')(app, preview);
      await preview.detail.locator('input[value=rename]').check();
      await preview.detail.getByRole('textbox').fill('21');
      await preview.use.click();
      await expect(preview.detail).toContainText(app.t('sync:detail.belongsTo', { value: '21', record: 'Jan' }));
    },
  },
  {
    name: 'another-value',
    enter: async (app, preview) => {
      await panelOf('Ben H')(app, preview);
      await preview.detail.locator('input[value=typed]').check();
      await preview.detail.getByRole('textbox').fill('Benjamin');
    },
  },
  { name: 'decided', enter: async (_app, preview) => await preview.useAnswer() },
  {
    name: 'decided-but-out',
    enter: async (app, preview) => {
      await preview.grid.focus();
      await app.page.keyboard.press('Space');
      await expect(preview.detail).toContainText(app.t('sync:detail.decidedOut'));
      await app.page.mouse.move(0, 0);
      await preview.detail.getByRole('button', { name: app.t('sync:detail.takeIn') }).scrollIntoViewIfNeeded();
    },
    // With the panel's own button.
    leave: async (app, preview) => {
      await preview.detail.getByRole('button', { name: app.t('sync:detail.takeIn') }).click();
      await expect(preview.detail).not.toContainText(app.t('sync:detail.decidedOut'));
    },
  },
  {
    name: 'put-off',
    enter: async (app, preview) => {
      await panelOf('Anna H')(app, preview);
      await preview.later.click();
      await expect(preview.detail.getByRole('button', { name: app.t('sync:detail.takeBack') })).toBeVisible();
    },
  },
  {
    name: 'kept-twice',
    enter: async (app, preview) => {
      await panelOf('Emil H')(app, preview);
      await preview.detail.getByRole('button', { name: app.t('sync:detail.keepBoth') }).click();
      await expect(preview.detail).toContainText(app.t('sync:detail.inForce.both'));
    },
  },
  {
    name: 'group-partly-ticked',
    part: list,
    enter: async (app, preview) => {
      await panelOf('Hanna')(app, preview);
      await preview.row('Hanna').first().getByRole('checkbox').click();
      await expect(preview.row('Hanna').first().getByRole('checkbox')).not.toBeChecked();
      await preview.putLast(preview.row('Hanna').first());
    },
  },
  { name: 'menu-for-many', part: list, enter: async (app) => await openForMany(app), leave: escape },
  {
    name: 'clock-question',
    part: ({ page }) => page.getByRole('dialog'),
    enter: async (app, preview) => {
      await setClockSinceMet(app);
      await preview.refresh.click();
      await expect(app.page.getByText(app.t('sync:check.ok.clockMoved')).first()).toBeVisible();
      await preview.waitForList();
      await openForMany(app);
      await app.page.getByRole('menuitem', { name: app.t('sync:bulk.rule.newer') }).click();
      await app.page.getByRole('dialog').waitFor();
    },
    leave: escape,
  },
  {
    name: 'done-for-many',
    part: whole,
    enter: async (app) => {
      await app.page.getByRole('dialog').waitFor({ state: 'hidden' });
      await openForMany(app);
      await app.page.getByRole('menuitem', { name: app.t('sync:bulk.rule.merge-local') }).click();
      const undo = app.page.getByRole('region', { name: app.t('sync:list.label') });
      await undo.getByRole('button', { name: app.t('sync:run.undo'), exact: true }).waitFor();
    },
  },
  {
    name: 'chosen',
    part: list,
    forced: true,
    enter: async (app, preview) => {
      await preview.grid.focus();
      await app.page.keyboard.press('Control+a');
      await expect(preview.grid.locator('[role=row][aria-selected=true]').first()).toBeVisible();
    },
    leave: escape,
  },
  {
    name: 'filter',
    part: list,
    enter: async (app) => {
      await tools(app)
        .getByRole('button', { name: app.t('sync:list.filter'), exact: true })
        .click();
      await app.page.getByRole('menuitem', { name: app.t('sync:matrix.kind.conflict') }).click();
    },
    leave: escape,
  },
  {
    name: 'nothing-found',
    part: list,
    enter: async (app, preview) => {
      await app.page.getByLabel(app.t('sync:list.searchLabel')).fill('nobody');
      await expect(preview.rows).toHaveCount(0);
    },
    leave: async (app) => await app.page.getByLabel(app.t('sync:list.searchLabel')).fill(''),
  },
  {
    name: 'sorted',
    part: list,
    forced: true,
    enter: async (app, preview) => {
      const head = preview.grid.getByRole('columnheader', { name: app.t('sync:column.record') });
      await head.getByRole('button').click();
      await expect(head).toHaveAttribute('aria-sort', 'ascending');
      await head.getByRole('button').click();
      await expect(head).toHaveAttribute('aria-sort', 'descending');
      await app.page.mouse.move(0, 0);
      await preview.rows.first().waitFor();
    },
    leave: async (app, preview) => {
      const head = preview.grid.getByRole('columnheader', { name: app.t('sync:column.record') });
      await head.getByRole('button').click();
      await expect(head).not.toHaveAttribute('aria-sort');
    },
  },
  {
    name: 'one-number',
    part: whole,
    forced: true,
    enter: async ({ page }, preview) => {
      await preview.matrix.getByRole('button').first().click();
      await expect(preview.matrix.locator('[aria-pressed=true]')).toHaveCount(1);
      await page.mouse.move(0, 0);
      await preview.rows.first().waitFor();
    },
    leave: async (_app, preview) => await preview.matrix.locator('[aria-pressed=true]').click(),
  },
  {
    name: 'why-not',
    part: whole,
    forced: true,
    enter: async ({ page, t }, preview) => {
      await page.mouse.move(0, 0);
      await preview.stepButton('redo').focus();
      await expect(page.getByRole('tooltip')).toHaveText(t('sync:run.redoNone'));
    },
    leave: async ({ page }, preview) => {
      await preview.grid.focus();
      await expect(page.getByRole('tooltip')).toHaveCount(0);
    },
  },
  {
    name: 'keys',
    part: ({ page, t }) => page.getByRole('dialog', { name: t('sync:keys.title') }),
    enter: async (app, preview) => {
      await preview.grid.focus();
      await app.page.keyboard.press('?');
      await app.page.getByRole('dialog', { name: app.t('sync:keys.title') }).waitFor();
    },
    leave: escape,
  },
  {
    name: 'on-paper',
    part: ({ page }) => page.getByTestId('printed-plan'),
    within: '[data-testid=printed-plan]',
    enter: async ({ page, t }) => {
      await page.evaluate(() => Object.assign(window, { print: () => undefined }));
      await page.getByRole('button', { name: t('sync:export.label') }).click();
      await page.getByRole('menuitem', { name: t('sync:export.print') }).click();
      await page.getByTestId('printed-plan').waitFor({ state: 'attached' });
      await page.emulateMedia({ media: 'print' });
    },
    leave: async ({ page }) => {
      await page.emulateMedia({ media: 'screen' });
      await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
      await page.getByTestId('printed-plan').waitFor({ state: 'detached' });
    },
  },
];

/** The clock of this PC was set by an hour since it last met the server. */
async function setClockSinceMet(app: App): Promise<void> {
  const { classId } = await onlyConnection(app);
  const store = openClassStore(classFileOf(app.folder, classId), { classId });
  store.db.exec('UPDATE clock_contact SET wall_ms = wall_ms + 3600000');
  store.close();
}

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`every question and every way of choosing in ${language}, light and dark, is clean for axe and fits 320 pixels (C1, C2, C4, C5, F2)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    await everyQuestion(app, postgres);
    const preview = new PreviewPage(app);
    await preview.open();
    const looks = new Looks(app, testInfo);
    for (const { name, enter, leave, part, within, forced = false } of states) {
      await enter(app, preview);
      const kept = { of: part?.(app, preview) ?? preview.detail, forced };
      await looks.at(name, { ...kept, within: within ?? (part === undefined ? 'section[data-key]' : undefined) });
      await leave?.(app, preview);
    }
    looks.expectClean();
  });
