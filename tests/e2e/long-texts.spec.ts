import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { goTo } from './support/go-to.ts';
import { newClass } from './support/new-class.ts';
import { StudentsPage } from './support/students-page.ts';
import { test } from './support/test.ts';

for (const language of languages)
  test(`a text that is too long is not cut off: the field says how much it takes, and nothing is saved until it fits (${language})`, async ({
    startApp,
  }) => {
    const app = await startApp({ device: 'Room 301', language });
    const classId = await newClass(app, ['Li W']);
    const { page, t } = app;
    const students = new StudentsPage(app);
    await students.goto();
    await students.row('Li W').click();
    await students.field('note').focus();
    // As a paste does, up to what a field takes.
    await page.keyboard.insertText('x'.repeat(20_000));
    const tooLong = students.panel.getByText(t('common:tooLong', { max: 2_000, length: 20_000 }));
    await expect(tooLong).toBeVisible();
    await expect(students.field('note')).toHaveValue('x'.repeat(20_000));
    await students.panel.getByRole('button', { name: t('common:save'), exact: true }).click();
    await expect(students.field('note')).toHaveAttribute('aria-invalid', 'true');
    const notes = async () => (await app.call('student.list', { classId })).items.map(({ note }) => note);
    expect(await notes()).toEqual([null]);
    await students.field('note').fill('x'.repeat(2_000));
    await expect(tooLong).toBeHidden();
    await students.panel.getByRole('button', { name: t('common:save'), exact: true }).click();
    await expect(students.panel).toBeHidden();
    expect(await notes()).toEqual(['x'.repeat(2_000)]);

    // What has no form of its own is refused in the engine's words, with what was typed still there.
    await page.getByRole('button', { name: t('students:groups'), exact: true }).click();
    const group = students.panel.getByRole('textbox', { name: t('students:newGroup') });
    await group.focus();
    await page.keyboard.insertText('g'.repeat(300));
    await page.keyboard.press('Enter');
    await expect(students.error).toContainText(t('errors:name-too-long.remedy', { max: 200 }));
    await expect(group).toHaveValue('g'.repeat(300));
    await page.keyboard.press('Escape');

    await goTo(page, t('common:nav.settings'));
    const name = page.getByLabel(t('settings:device.name'), { exact: true });
    await name.fill('');
    await page.keyboard.insertText('d'.repeat(61));
    await expect(page.getByText(t('common:tooLong', { max: 60, length: 61 }))).toBeVisible();
  });
