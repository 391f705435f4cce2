import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import type { App } from './support/app.ts';
import { Looks } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

/** A state of the list of changes, how to bring it about from the list as it opens, and how to leave it. */
interface State {
  readonly name: string;
  readonly enter: (app: App, preview: PreviewPage) => Promise<void>;
  readonly leave?: (app: App, preview: PreviewPage) => Promise<void>;
}

const escape = async ({ page }: App): Promise<void> => await page.keyboard.press('Escape');

/** Opens the record in the panel at the side. */
const panelOf =
  (record: string): State['enter'] =>
  async (_app, preview) => {
    await (await preview.bringInSight(record)).getByText(record).first().click();
    await expect(preview.detail.getByRole('heading', { level: 2 })).toContainText(record);
  };

const tools = ({ page, t }: App) => page.getByRole('group', { name: t('sync:list.tools') });

const states: readonly State[] = [
  { name: 'both-changed', enter: panelOf('Anna H') },
  { name: 'changed-here-deleted-there', enter: panelOf('Fritzi') },
  { name: 'points-for-a-deleted-student', enter: panelOf('Greta') },
  { name: 'deleted-here-changed-there', enter: panelOf('Lena') },
  { name: 'same-number', enter: panelOf('Nora') },
  { name: 'plain-change', enter: panelOf('Hanna') },
  {
    name: 'another-value',
    enter: async (app, preview) => {
      // The list stays where the click on the record before had scrolled it.
      await preview.grid.focus();
      await app.page.keyboard.press('Home');
      await panelOf('Ben H')(app, preview);
      await preview.detail.locator('input[value=typed]').check();
      await preview.detail.getByRole('textbox').fill('Benjamin');
    },
  },
  { name: 'decided', enter: async (_app, preview) => await preview.useAnswer() },
  {
    name: 'menu-for-many',
    enter: async (app) => {
      await tools(app)
        .getByRole('button', { name: app.t('sync:bulk.open.undecided', { count: 8 }) })
        .click();
      await app.page.getByRole('menuitem', { name: app.t('sync:bulk.rule.newer') }).waitFor();
    },
  },
  {
    name: 'chosen',
    enter: async (app, preview) => {
      await app.page.getByRole('menuitem', { name: app.t('sync:bulk.rule.merge-local') }).click();
      await preview.grid.focus();
      await app.page.keyboard.press('Control+a');
      await expect(preview.grid.locator('[role=row][aria-selected=true]').first()).toBeVisible();
    },
    leave: escape,
  },
  {
    name: 'filter',
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
    enter: async (app, preview) => {
      await app.page.getByLabel(app.t('sync:list.searchLabel')).fill('nobody');
      await expect(preview.rows).toHaveCount(0);
    },
    leave: async (app) => await app.page.getByLabel(app.t('sync:list.searchLabel')).fill(''),
  },
  {
    name: 'keys',
    enter: async (app, preview) => {
      await preview.grid.focus();
      await app.page.keyboard.press('?');
      await app.page.getByRole('dialog', { name: app.t('sync:keys.title') }).waitFor();
    },
    leave: escape,
  },
];

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 400_000 });

for (const language of languages)
  test(`every question and every way of choosing in ${language}, light and dark, is clean for axe and fits 320 pixels (C1, C2, C4, C5, F2)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    const made = await tangledClass(app, postgres);
    await app.call('student.delete', { classId: made.classId, ids: [made.idOf('Lena')] });
    await made.there('Lena', "note = 'new glasses'");
    const preview = new PreviewPage(app);
    await preview.open();
    const looks = new Looks(app, testInfo);
    for (const { name, enter, leave } of states) {
      await enter(app, preview);
      await looks.at(name);
      await leave?.(app, preview);
    }
    looks.expectClean();
  });
