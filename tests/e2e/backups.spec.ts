import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { goTo } from './support/go-to.ts';
import { newClass } from './support/new-class.ts';
import { test } from './support/test.ts';

test('P9: a backup says what it holds, opens as a copy or is gone back to, and a JSON backup is saved', async ({
  startApp,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  test.slow();
  const classId = await newClass(app, ['Ada']);
  await app.call('student.add', { classId, students: [{ name: '张三' }] });
  await app.restart();
  await app.call('student.add', { classId, students: [{ name: 'Bo' }] });
  await goTo(page, t('common:nav.settings'));
  const look = page.getByRole('button', { name: /^Look at the backup of / }).first();
  await look.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('It holds 2 students. Today there are 3.');
  await expect(dialog).toContainText('1 of today is not in it');
  await page.screenshot({ path: testInfo.outputPath('backup.png') });
  await dialog.getByRole('button', { name: t('settings:backups.copy') }).click();
  await expect(page.getByRole('button', { name: 'Class: 5B 2. Change class' })).toBeVisible();
  expect((await app.call('student.list', { classId })).items).toHaveLength(3);
  await page.getByRole('button', { name: 'Class: 5B 2. Change class' }).click();
  await page.getByRole('menuitem', { name: '5B', exact: true }).click();
  // Choosing a class leads to its board.
  await expect(page.getByRole('heading', { level: 1, name: '5B', exact: true })).toBeVisible();
  await goTo(page, t('common:nav.settings'));
  await look.click();
  await dialog.getByRole('button', { name: t('settings:backups.inPlace') }).click();
  await expect(dialog).toBeHidden();
  expect((await app.call('student.list', { classId })).items).toHaveLength(2);
  await expect(
    page.getByRole('status').filter({ hasText: (t('settings:backups.wentBack').split('…')[0] ?? '').trim() }),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: /^Look at the backup of / })).toHaveCount(2);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: t('settings:backups.json') }).click();
  const file = await (await saved).path();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 'tallybook-class', class: { name: '5B' } });
});

for (const how of ['gone', 'unreadable'] as const) {
  test(`P9: a class whose file is ${how} keeps nobody out: the start says so, leads to the newest backup, and the others open`, async ({
    startApp,
  }) => {
    const app = await startApp({ device: 'Room 301' });
    const { page, t } = app;
    test.slow();
    const classId = await newClass(app, ['Ada']);
    await app.call('student.add', { classId, students: [{ name: 'Bo' }] });
    const { id: otherId } = await app.call('class.create', { name: '6C' });
    await page.goto('about:blank');
    await app.stopShell();
    const folder = join(app.folder, 'classes');
    for (const file of readdirSync(folder).filter((name) => name.startsWith(classId))) rmSync(join(folder, file));
    if (how === 'unreadable') writeFileSync(join(folder, `${classId}.db`), 'not a class');
    await app.restart();
    const notice = page.getByRole('alert');
    await expect(notice).toContainText(t(`first-start:lost.${how}`, { name: '5B' }));
    // The other class is there.
    await page.getByRole('button', { name: t('first-start:backToClass') }).click();
    await expect(page.getByRole('heading', { level: 1, name: '6C', exact: true })).toBeVisible();
    expect((await app.call('class.open', { classId: otherId })).classId).toBe(otherId);
    await page.goBack();
    await notice.getByRole('button', { name: /^Backup of / }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('settings:backups.inPlace') })
      .click();
    await expect(page.getByRole('heading', { level: 1, name: '5B', exact: true })).toBeVisible();
    expect((await app.call('student.list', { classId })).items).toHaveLength(2);
    await page.goBack();
    await expect(notice).toBeHidden();
  });
}
