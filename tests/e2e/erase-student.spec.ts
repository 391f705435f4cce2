import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks } from './support/looks.ts';
import { newClass } from './support/new-class.ts';
import { PinPage } from './support/pin-page.ts';
import { StudentsPage } from './support/students-page.ts';
import { test } from './support/test.ts';

for (const language of languages)
  test(`a deleted student is erased for good only with the name typed and the admin PIN, and it is said what goes and what stays (${language})`, async ({
    startApp,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    const { page, t } = app;
    const classId = await newClass(app, ['Ada Park', 'Ben']);
    const pins = new PinPage(app);
    await pins.goto();
    await pins.set('set', 'admin', '258036');
    const students = new StudentsPage(app);
    await students.goto();
    await students.delete('Ada Park');
    await pins.level.click();
    await students.gotoDeleted();
    const looks = new Looks(app, testInfo);
    await looks.at('deleted');
    // However narrow, both buttons are whole and in the list.
    for (const width of [340, 390, 480, 640, 820, 1024, 1366]) {
      await page.setViewportSize({ width, height: 768 });
      const list = await students.deleted.boundingBox();
      for (const key of ['students:restoreNamed', 'students:erase.named'] as const) {
        const button = await students.deleted.getByRole('button', { name: t(key, { name: 'Ada Park' }) }).boundingBox();
        expect(
          button === null || list === null ? Infinity : button.x + button.width,
          `${key} at ${width}`,
        ).toBeLessThan((list?.x ?? 0) + (list?.width ?? 0));
      }
    }
    const question = page.getByRole('dialog', { name: t('students:erase.title', { name: 'Ada Park' }) });
    const erase = question.getByRole('button', { name: t('students:erase.action'), exact: true });
    await students.deleted.getByRole('button', { name: t('students:erase.named', { name: 'Ada Park' }) }).click();
    await expect(erase).toBeDisabled();
    await question.getByRole('textbox').fill('Ada');
    await expect(erase).toBeDisabled();
    await question.getByRole('textbox').fill(' ada park ');
    await looks.at('question');
    await erase.click();
    await pins
      .sheet('admin')
      .getByRole('button', { name: t('common:cancel') })
      .click();
    await expect(question.getByRole('alert')).toContainText(t('errors:needs-pin.title'));
    expect((await app.call('student.list', { classId, deleted: true })).items).toHaveLength(1);
    await erase.click();
    await pins.give('admin', '258036');
    await expect(page.getByText(t('students:erase.place.exported-files'))).toBeVisible();
    await expect(students.deleted.getByText('Ada Park')).toBeHidden();
    await looks.at('erased');
    expect((await app.call('student.list', { classId, deleted: true })).items).toHaveLength(0);
    looks.expectClean();
  });
