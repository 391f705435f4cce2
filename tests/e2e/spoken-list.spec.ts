import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { copyTestDatabase } from '../support/postgres.ts';
import type { App } from './support/app.ts';
import { everyQuestion } from './support/every-question.ts';
import { expectSpoken } from './support/expect-spoken.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

/*
 * What the list of changes is to people who hear it: roles, names and order of the grid and of the panel for every kind of question, whole
 * (`spoken-list.spec.ts-snapshots`). They are meant to be read; `--update-snapshots` makes them anew.
 */

/** A question or a change, by the name of its record, and what is done with it before it is listened to. */
interface Asked {
  readonly state: string;
  readonly record: (app: App) => string;
  readonly first?: (app: App, preview: PreviewPage) => Promise<void>;
}

const named =
  (record: string): Asked['record'] =>
  () =>
    record;
const pointsOf =
  (student: string): Asked['record'] =>
  ({ t }) =>
    `${t('sync:thing.score_event')} · ${student}`;

const asked: readonly Asked[] = [
  { state: 'both-changed', record: named('Anna H') },
  {
    state: 'both-changed-other-value',
    record: named('张三 H'),
    first: async (_app, { detail }) => {
      await detail.locator('input[value=typed]').check();
      await detail.getByRole('textbox').fill('张珊');
    },
  },
  {
    state: 'both-changed-decided',
    record: named('Anna H'),
    first: async (_app, preview) => {
      await preview.detail.locator('input[value=local]').check();
      await preview.useAnswer();
    },
  },
  {
    state: 'both-changed-put-off',
    record: named('Ben H'),
    first: async ({ t }, { detail, later }) => {
      await later.click();
      await expect(detail.getByRole('button', { name: t('sync:detail.takeBack') })).toBeVisible();
    },
  },
  {
    state: 'both-changed-kept-twice',
    record: named('Emil H'),
    first: async ({ t }, { detail }) => {
      await detail.getByRole('button', { name: t('sync:detail.keepBoth') }).click();
      await expect(detail).toContainText(t('sync:detail.inForce.both'));
    },
  },
  { state: 'changed-here-deleted-there', record: named('Fritzi') },
  { state: 'deleted-here-changed-there', record: named('Lena') },
  { state: 'deleted-there-points-here', record: named('Greta') },
  { state: 'deleted-here-points-there', record: named('Max') },
  { state: 'same-number', record: named('Nora · 30') },
  {
    state: 'same-number-taken',
    record: named('Nora · 30'),
    first: async ({ t }, { detail, use }) => {
      await detail.locator('input[value=rename]').check();
      await detail.getByRole('textbox').fill('21');
      await use.click();
      await expect(detail).toContainText(t('sync:detail.belongsTo', { value: '21', record: 'Jan' }));
    },
  },
  { state: 'points-differ', record: pointsOf('Ida') },
  { state: 'waits-for-a-question', record: pointsOf('Nora · 30') },
  { state: 'cannot-be-stored', record: pointsOf('Hanna') },
  { state: 'changed-here', record: named('Hanna') },
  { state: 'changed-there', record: named('Ida') },
  { state: 'merged', record: named('Jan · 21') },
  { state: 'deleted-here', record: named('王芳') },
  { state: 'added-here', record: pointsOf('Jan · 21') },
  { state: 'spent-there', record: ({ t }) => `${t('sync:thing.redemption')} · Jan · 21` },
];

// Parallel by language.
test.describe.configure({ mode: 'parallel', timeout: 400_000 });

for (const language of languages) {
  test(`the list and the panel say every kind of row by role, name and order (P6, C1, C2, C3, C4, C8; ${language})`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    await everyQuestion(app, postgres);
    const preview = new PreviewPage(app);
    const { page } = app;
    // Every row is on the screen, and so in the document.
    await page.setViewportSize({ width: 1366, height: 1900 });
    await preview.open();
    await page.screenshot({ path: testInfo.outputPath('list.png') });
    await expectSpoken(app, page.getByRole('list', { name: app.t('sync:check.label') }), 'checks');
    await expectSpoken(app, preview.grid, 'list');
    await expectSpoken(app, preview.matrix, 'summary');
    for (const { state, record, first } of asked) {
      await preview.recordNamed(record(app)).click();
      await expect(preview.detail.getByRole('heading', { level: 2 })).toHaveText(record(app));
      await first?.(app, preview);
      await page.screenshot({ path: testInfo.outputPath(`${state}.png`) });
      await expectSpoken(app, preview.detail, state);
    }
    await expectSpoken(app, preview.grid, 'list-decided');
  });

  test(`a server that was restored, and a side that became empty, are said as one question each (P7, P8; ${language})`, async ({
    startConnected,
    postgres,
  }) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park'], { language });
    const { app, classId } = made;
    const { page, t } = app;
    const preview = new PreviewPage(app);
    const backup = await copyTestDatabase(postgres, made.database);
    await app.call('student.delete', { classId, ids: [made.idOf('Chen Yu')] });
    await made.here('Li W', { name: 'Li Wei' });
    await made.sync();
    await copyTestDatabase(postgres, backup, made.database.database);
    await preview.open();
    await expectSpoken(app, page.getByRole('region', { name: t('sync:restored.title') }), 'restored');
    await expectSpoken(app, preview.grid, 'restored-list');
    for (const [name, state] of [
      ['Li Wei', 'restored-older-there'],
      ['Chen Yu', 'restored-not-deleted-there'],
    ] as const) {
      await preview.recordNamed(name).click();
      await expect(preview.detail.getByRole('heading', { level: 2 })).toHaveText(name);
      await expectSpoken(app, preview.detail, state);
    }
    await page.getByRole('button', { name: t('sync:restored.send') }).click();
    await preview.run('sync');
    await made.onServer('UPDATE tallybook.student SET deleted_at = now() WHERE deleted_at IS NULL');
    await preview.open();
    await preview.runButton('sync').click();
    await expectSpoken(app, page.getByRole('dialog'), 'guard');
  });
}
