import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import type { TestDatabase } from '../support/postgres.ts';
import type { App } from './support/app.ts';
import { ClassPage } from './support/class-page.ts';
import { PreviewPage } from './support/preview-page.ts';
import { ServerForm } from './support/server-form.ts';
import { readBook } from './support/shared-class.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

/** From the Sync page to a saved connection to the school server. */
async function connect({ page, t }: App, form: ServerForm, sync: SyncPage, { config }: TestDatabase): Promise<void> {
  await sync.goto();
  await page.getByRole('button', { name: t('sync:doors.server.action'), exact: true }).click();
  await form.enter(config);
  await form.startTest();
  await page.getByRole('button', { name: t('common:save'), exact: true }).click();
}

// Two devices, a server made from nothing, six lists of changes; parallel by language.
test.describe.configure({ mode: 'parallel', timeout: 400_000 });

for (const language of languages)
  test(`two classes that were kept apart until now become one: who is who is asked, nothing is deleted, and points of both add up (S5, P4, C1, C2; ${language})`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const database = await postgres.createDatabase();
    const [a, b] = await Promise.all([
      startApp({ device: 'Room 301', language }),
      startApp({ device: 'Office PC', language }),
    ]);
    const { t } = a;
    const [boardA, boardB] = [new ClassPage(a), new ClassPage(b)];
    const [previewA, previewB] = [new PreviewPage(a), new PreviewPage(b)];
    await new StartPage(a).makeClass('5B', '1 Li Wei\n2 王芳\n3 Chen Yu\nAda');
    await boardA.award('Li Wei', '+2');
    await new StartPage(b).makeClass('5B', '1 Li Wei\n2 王方\n3 Zhao Min\n5 Ben');
    await boardB.award('Li Wei', '+1');
    await boardB.award('Ben', '+2');

    // The first one finds an empty database.
    await connect(a, new ServerForm(a), new SyncPage(a), database);
    await a.page.getByRole('button', { name: t('sync:setUp.action') }).click();
    await a.page
      .getByRole('dialog')
      .getByRole('button', { name: t('sync:setUp.agree'), exact: true })
      .click();
    await previewA.waitForList();
    await previewA.run('sync');
    await previewA.expectDone();

    // The second one finds a class there. Which one it is only the teacher knows, so nothing is chosen for her.
    await connect(b, new ServerForm(b), new SyncPage(b), database);
    const classes = b.page.getByRole('radiogroup', { name: t('sync:choose.title') });
    await expect(classes.getByRole('radio', { name: t('sync:choose.new') })).toBeVisible();
    await expect(classes.getByRole('radio', { checked: true })).toHaveCount(0);
    const go = b.page.getByRole('button', { name: t('sync:card.preview'), exact: true });
    await expect(go).toBeDisabled();
    await b.page.screenshot({ path: testInfo.outputPath('which-class.png') });
    await classes.getByRole('radio', { name: t('sync:choose.join', { name: '5B' }) }).check();
    await go.click();
    await previewB.waitForList();
    await b.page.screenshot({ path: testInfo.outputPath('first-list.png') });

    // Nothing is a deletion at a first meeting; one number on two students is a question.
    const deletions = (['up', 'down', 'both'] as const).map((side) => t(`sync:matrix.count.${side}.delete`));
    const counts = await previewB.counts();
    expect(counts.filter((count) => deletions.some((words) => count.includes(words)))).toEqual([]);
    await expect(b.page.getByText(t('sync:list.left', { count: 3, total: 3 }))).toBeVisible();

    // The same person on both: one record, though her name is written in two ways.
    for (const [here, there] of [
      ['Li Wei · 1', 'Li Wei · 1'],
      ['王方 · 2', '王芳 · 2'],
    ] as const) {
      await previewB.recordNamed(here).first().click();
      await expect(previewB.detail).toContainText(
        t('sync:detail.claimedBy', { record: here, other: there, field: t('sync:field.number'), value: '' }),
      );
      await b.page.screenshot({ path: testInfo.outputPath(`who-${here.at(-1)}.png`) });
      await previewB.detail.getByRole('radio', { name: t('sync:detail.adopt', { record: there }) }).check();
      await previewB.useAnswer();
    }
    // Two persons: hers gets another number, one that a third student has first.
    await previewB.recordNamed('Zhao Min · 3').click();
    await previewB.detail
      .getByRole('radio', {
        name: t('sync:detail.renumber', { record: 'Zhao Min · 3', field: t('sync:field.number') }),
      })
      .check();
    const number = previewB.detail.getByRole('textbox');
    await number.fill('5');
    await previewB.use.click();
    await expect(previewB.detail).toContainText(t('sync:detail.belongsTo', { value: '5', record: 'Ben' }));
    await number.fill('4');
    await previewB.useAnswer();
    await expect(b.page.getByText(t('sync:list.left', { count: 0, total: 3 }))).toBeVisible();
    await b.page.screenshot({ path: testInfo.outputPath('decided.png') });
    await previewB.run('sync');
    await previewB.expectDone();
    await expect(previewB.bothSame).toBeVisible();

    await previewA.syncAll();
    await expect(previewA.bothSame).toBeVisible();
    await previewB.open();
    await expect(previewB.bothSame).toBeVisible();
    await a.page.screenshot({ path: testInfo.outputPath('both-same.png') });
    expect(await readBook(b)).toEqual(await readBook(a));
    await boardA.goto();
    const shown = { 'Li Wei': 3, 王芳: 0, 'Chen Yu': 0, 'Zhao Min': 0, Ada: 0, Ben: 2 };
    await expect(boardA.cards).toHaveCount(Object.keys(shown).length);
    for (const [name, points] of Object.entries(shown)) await boardA.expectPoints(name, points);
  });

test('an empty class that meets a full one only gets what is there, and deletes nothing (S5, P7)', async ({
  startApp,
  postgres,
}) => {
  const database = await postgres.createDatabase();
  const [a, b] = await Promise.all([startApp({ device: 'Room 301' }), startApp({ device: 'Office PC' })]);
  const { t } = a;
  await new StartPage(a).makeClass('5B', '1 Li Wei\n2 王芳\n3 Chen Yu');
  await connect(a, new ServerForm(a), new SyncPage(a), database);
  await a.page.getByRole('button', { name: t('sync:setUp.action') }).click();
  await a.page
    .getByRole('dialog')
    .getByRole('button', { name: t('sync:setUp.agree'), exact: true })
    .click();
  const [previewA, previewB] = [new PreviewPage(a), new PreviewPage(b)];
  await previewA.waitForList();
  await previewA.run('sync');
  await new StartPage(b).makeClass('5B', '');
  await connect(b, new ServerForm(b), new SyncPage(b), database);
  await b.page.getByRole('radio', { name: t('sync:choose.join', { name: '5B' }) }).check();
  await b.page.getByRole('button', { name: t('sync:card.preview'), exact: true }).click();
  await previewB.waitForList();
  expect(await previewB.counts()).toEqual([
    t('sync:matrix.button', {
      category: t('sync:category.students'),
      count: 3,
      words: t('sync:matrix.count.down.add'),
    }),
  ]);
  await previewB.run('pull');
  await previewB.expectDone();
  await expect(previewB.bothSame).toBeVisible();
  await previewA.open();
  await expect(previewA.bothSame).toBeVisible();
  expect(await readBook(b)).toEqual(await readBook(a));
});
