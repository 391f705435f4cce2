import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { PreviewPage } from './support/preview-page.ts';
import { goTo } from './support/go-to.ts';
import { StartPage } from './support/start-page.ts';
import { StudentsPage } from './support/students-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

// A server is made from nothing.
test.describe.configure({ timeout: 240_000 });

test('the code of a class that is here connects it again: offered where its password is gone, refused in words where it is wrong, and nothing is fetched or sent before it was seen (S4, R3)', async ({
  startApp,
}, testInfo) => {
  const [a, b] = await Promise.all([startApp({ device: 'Room 301' }), startApp({ device: 'Office PC' })]);
  const { page, t } = b;
  await new StartPage(a).makeClass('5B', 'Li Wei\nChen Yu');
  const syncA = new SyncPage(a);
  await syncA.goto();
  const code = await syncA.share();
  await syncA.seeUpload();
  const [previewA, previewB] = [new PreviewPage(a), new PreviewPage(b)];
  await previewA.waitForList();
  await previewA.run('sync');
  await new StartPage(b).chooseJoin();
  const field = page.getByLabel(t('sync:code.label'), { exact: true });
  await field.fill(code);
  await page.getByRole('button', { name: t('sync:code.join'), exact: true }).click();
  await previewB.waitForList();
  await previewB.run('pull');
  const [{ id: classId } = { id: '' }] = (await b.call('class.list', {})).items;
  const { items } = await b.call('student.list', { classId });
  await b.call('score.add', { classId, studentIds: [items[0]?.id ?? ''], award: { delta: 2, text: 'Homework' } });

  await previewB.open();
  const syncB = new SyncPage(b);
  // Without a store for passwords the next start has none: said where the list was to be made, and on the card from then on.
  await b.restart();
  await syncB.openPreview();
  await expect(page.getByRole('alert')).toContainText(t('sync:codeNeeded.password-missing'));
  await expect(page.getByRole('button', { name: t('sync:code.again') })).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('no-list.png') });
  // Nor in the small sheet of a page that knows nothing yet, where the list that was made before would be.
  await page.reload();
  await expect(syncB.badge).toContainText(t('sync:status.code-missing'));
  await syncB.badge.click();
  const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
  await expect(sheet.getByRole('button', { name: t('sync:code.again') })).toBeVisible();
  await expect(sheet.getByRole('alert')).toContainText(t('sync:codeNeeded.password-missing'));
  await page.screenshot({ path: testInfo.outputPath('sheet-locked.png') });
  await page.keyboard.press('Escape');
  await syncB.goto();
  await expect(syncB.card).toContainText(t('sync:status.code-missing'));
  await page.screenshot({ path: testInfo.outputPath('password-missing.png') });
  await syncB.card.getByRole('button', { name: t('sync:code.again') }).click();
  await expect(page.getByRole('heading', { name: t('sync:code.again') })).toBeVisible();
  await expect(page.getByText(t('sync:code.hintAgain', { name: '5B' }))).toBeVisible();
  await expect(field).toBeFocused();
  await page.screenshot({ path: testInfo.outputPath('again.png') });
  const reconnect = page.getByRole('button', { name: t('sync:code.reconnect'), exact: true });
  await expect(reconnect).toBeDisabled();
  await field.fill(code.slice(0, -2));
  await reconnect.click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('mistyped.png') });
  await field.fill(code);
  await expect(page.getByRole('alert')).toBeHidden();
  await reconnect.click();
  await expect(page.getByText(t('sync:code.reconnected', { name: '5B' }))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('reconnected.png') });
  expect((await b.call('class.list', {})).items).toHaveLength(1);

  // N28: what a code made is shown as that; its address is folded, and its test knows the certificate it trusts.
  await syncB.goto();
  await syncB.card.getByRole('button', { name: t('sync:card.edit'), exact: true }).click();
  const made = page.getByRole('region', { name: t('sync:byCode.title') });
  await expect(made).toContainText('Room 301');
  await expect(made.getByRole('button', { name: t('sync:byCode.paste') })).toBeVisible();
  await expect(page.getByLabel(t('sync:form.host'))).toBeHidden();
  await page.screenshot({ path: testInfo.outputPath('by-code.png') });
  await syncB.goto();
  await syncB.card.getByRole('button', { name: t('sync:card.test'), exact: true }).click();
  await expect(page.getByText(t('sync:test.done.tls'))).toBeVisible();
  await expect(page.getByText(t('errors:not-verified.title'))).toBeHidden();
  await page.screenshot({ path: testInfo.outputPath('by-code-test.png') });

  await syncB.openPreview();
  await expect(previewB.runButton('sync')).toHaveText(t('sync:run.sync', { count: 1 }));

  // The same where the connection was removed: the door "Connect with a code" leads to the class that is here.
  await syncB.goto();
  await syncB.card.getByRole('button', { name: t('sync:card.delete') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('sync:card.delete') })
    .click();
  await page.getByRole('button', { name: t('sync:doors.code.action') }).click();
  await field.fill(code);
  await page.getByRole('button', { name: t('sync:code.join'), exact: true }).click();
  await expect(page.getByText(t('sync:code.reconnected', { name: '5B' }))).toBeVisible();
  await page.getByRole('button', { name: t('sync:card.preview'), exact: true }).click();
  await previewB.waitForList();
  await previewB.run('sync');
  await previewB.expectDone();
  await previewA.syncAll();
  await expect(previewA.bothSame).toBeVisible();
});

for (const language of languages)
  test(`joining before the class was sent says so and what to do, never that both are the same (${language})`, async ({
    startApp,
  }, testInfo) => {
    const [a, b] = await Promise.all([
      startApp({ device: 'Room 301', language }),
      startApp({ device: 'Office PC', language }),
    ]);
    const { page, t } = b;
    await new StartPage(a).makeClass('5B', 'Li Wei\nChen Yu');
    const syncA = new SyncPage(a);
    await syncA.goto();
    const code = await syncA.share();
    await expect(a.page.getByText(t('sync:code.sendFirst'))).toBeVisible();
    await a.page.screenshot({ path: testInfo.outputPath('send-first.png') });
    await new StartPage(b).chooseJoin();
    await expect(page.getByText(t('sync:code.untilClose'))).toBeVisible();
    await page.getByLabel(t('sync:code.label'), { exact: true }).fill(code);
    await page.getByRole('button', { name: t('sync:code.join'), exact: true }).click();
    await expect(page.getByText(t('sync:notSent.title'))).toBeVisible();
    await expect(page.getByText(t('sync:notSent.text', { name: 'Room 301' }))).toBeVisible();
    await expect(page.getByText(t('sync:preview.same.title'))).toBeHidden();
    await page.screenshot({ path: testInfo.outputPath('not-sent.png') });
    // The same on the pages where names would be entered, with the way to get them.
    const students = new StudentsPage(b);
    for (const name of ['class', 'students'] as const) {
      await goTo(page, t(`common:nav.${name}`));
      await expect(page.getByText(t('sync:notSent.text', { name: 'Room 301' }))).toBeVisible();
      await page.screenshot({ path: testInfo.outputPath(`not-sent-${name}.png`) });
    }
    await page.getByRole('button', { name: t('students:empty.add') }).click();
    await expect(students.panel).toContainText(t('sync:notSent.text', { name: 'Room 301' }));
    await page.screenshot({ path: testInfo.outputPath('not-sent-add.png') });
    await students.close();
    await page.getByRole('button', { name: t('students:empty.sync'), exact: true }).click();
    await expect(page.getByRole('dialog', { name: t('sync:sheet.title') })).toContainText('Room 301');
    await page.keyboard.press('Escape');
    await goTo(page, t('common:nav.sync'));
    await page.getByRole('button', { name: t('sync:card.preview'), exact: true }).click();
    await syncA.seeUpload();
    const [previewA, previewB] = [new PreviewPage(a), new PreviewPage(b)];
    await previewA.waitForList();
    await previewA.run('sync');
    await page
      .locator('#main')
      .getByRole('button', { name: t('sync:preview.refresh') })
      .last()
      .click();
    await previewB.waitForList();
    await previewB.run('pull');
  });

test('a class that was sent without students is not told to be unsent on the PC that got it', async ({ startApp }) => {
  const [a, b] = await Promise.all([startApp({ device: 'Room 301' }), startApp({ device: 'Office PC' })]);
  const { page, t } = b;
  await new StartPage(a).makeClass('5B', '');
  const syncA = new SyncPage(a);
  await syncA.goto();
  const code = await syncA.share();
  await syncA.seeUpload();
  const [previewA, previewB] = [new PreviewPage(a), new PreviewPage(b)];
  await previewA.waitForList();
  await previewA.run('sync');
  await new StartPage(b).chooseJoin();
  await page.getByLabel(t('sync:code.label'), { exact: true }).fill(code);
  await page.getByRole('button', { name: t('sync:code.join'), exact: true }).click();
  await previewB.waitForList();
  await previewB.run('pull');
  await expect(previewB.bothSame).toBeVisible();
  await expect(page.getByText(t('sync:notSent.title'))).toBeHidden();
});
