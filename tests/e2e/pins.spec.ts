import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks } from './support/looks.ts';
import { PinPage } from './support/pin-page.ts';
import { PreviewPage } from './support/preview-page.ts';
import { StudentsPage } from './support/students-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];
const admin = '258036';

test('who may give points syncs what is added and changed; a deletion asks for the PIN on the spot and goes on with it', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const pins = new PinPage(made.app);
  await pins.goto();
  await expect(pins.level).toBeHidden();
  await pins.set('set', 'admin', admin);
  // Whoever set it is not asked again at once.
  await expect(pins.level).toHaveAccessibleName(t('common:pin.levelOpen', { level: t('common:pin.level.admin') }));
  await pins.level.click();
  await expect(pins.level).toHaveAccessibleName(t('common:pin.levelLocked', { level: t('common:pin.level.points') }));

  await made.award('Li W', 3);
  await made.there('Chen Yu', `name = 'Chen Yue'`);
  const preview = new PreviewPage(made.app);
  await preview.syncAll();
  expect(await made.onServer('SELECT delta FROM tallybook.score_event')).toEqual([['3']]);

  // A deletion asks; without the PIN nothing happens and the question stays where it was.
  const students = new StudentsPage(made.app);
  await students.goto();
  await students.open('Zhao Min');
  await students.panel.getByRole('button', { name: t('students:delete'), exact: true }).click();
  const question = page.getByRole('dialog', { name: t('students:deleteTitle', { count: 1, name: 'Zhao Min' }) });
  await question.getByRole('button', { name: t('students:delete'), exact: true }).click();
  await pins
    .sheet('admin')
    .getByRole('button', { name: t('common:cancel') })
    .click();
  await expect(question.getByRole('alert')).toContainText(t('errors:needs-pin.title'));
  expect(await made.students()).toHaveLength(names.length);
  await question.getByRole('button', { name: t('students:delete'), exact: true }).click();
  await pins.give('admin', '0000');
  await expect(pins.sheet('admin')).toContainText(t('errors:pin-wrong.title'));
  await pins.give('admin', admin);
  await expect(students.row('Zhao Min')).toBeHidden();
  expect(await made.students()).toHaveLength(names.length - 1);

  // The list keeps what was chosen in it while the PIN is asked for.
  await pins.level.click();
  await made.there('Ada Park', `deleted_at = now()`);
  await preview.open();
  await preview.runButton('sync').click();
  await pins
    .sheet('admin')
    .getByRole('button', { name: t('common:cancel') })
    .click();
  await expect(page.getByRole('alert')).toContainText(t('errors:needs-pin.title'));
  await expect(preview.rows).toHaveCount(2);
  await preview.runButton('sync').click();
  await pins.give('admin', admin);
  await preview.expectDone();
  expect(await made.students()).toHaveLength(names.length - 2);

  // Three wrong ones make everybody wait, also in another window.
  await pins.level.click();
  await pins.level.click();
  for (let time = 0; time < 3; time += 1) {
    await expect(pins.sheet('admin').getByLabel(t('common:pin.label'), { exact: true })).toHaveValue('');
    await pins.give('admin', '0000');
    await expect(pins.sheet('admin')).toContainText(/not right|Too many/);
  }
  await expect(pins.sheet('admin').getByRole('status')).toContainText(/Try again in \d+ seconds/);
  await expect(pins.sheet('admin').getByRole('button', { name: t('common:pin.unlock') })).toBeDisabled();
  await expect(made.app.call('pin.unlock', { pin: admin })).rejects.toMatchObject({ code: 'pin-wait' });
  await page.keyboard.press('Escape');
  await expect(pins.sheet('admin')).toBeHidden();
  // Points go on being given meanwhile.
  await made.award('Li W', 1);
  await expect(new SyncPage(made.app).badge).toContainText('1 change waiting');
});

test('a question that comes while the PIN of a cancelled one is looked at is answered, and not left open for ever', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const pins = new PinPage(made.app);
  await pins.goto();
  await pins.set('set', 'admin', admin);
  await pins.level.click();
  const students = new StudentsPage(made.app);
  await students.goto();
  await students.open('Zhao Min');
  await pins.level.waitFor();
  await students.panel.getByRole('button', { name: t('students:delete'), exact: true }).click();
  const remove = page.getByRole('dialog', { name: t('students:deleteTitle', { count: 1, name: 'Zhao Min' }) });
  const press = () => remove.getByRole('button', { name: t('students:delete'), exact: true }).click();
  await press();
  // PINs are looked at one after the other: those of another window come first.
  const others = Array.from({ length: 60 }, () => made.app.call('pin.unlock', { pin: admin }));
  await pins.give('admin', admin);
  await page.keyboard.press('Escape');
  await expect(pins.sheet('admin')).toBeHidden();
  await press();
  await expect(pins.sheet('admin')).toBeVisible();
  await Promise.all(others);
  await expect(students.row('Zhao Min')).toBeHidden();
  expect(await made.students()).toHaveLength(names.length - 1);
});

test('whoever leaves the page a PIN is asked for on goes on with nothing there, and the question goes too', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const pins = new PinPage(made.app);
  await pins.goto();
  await pins.set('set', 'admin', admin);
  await pins.level.click();
  const students = new StudentsPage(made.app);
  await students.goto();
  await students.open('Zhao Min');
  await students.panel.getByRole('button', { name: t('students:delete'), exact: true }).click();
  const remove = page.getByRole('dialog', { name: t('students:deleteTitle', { count: 1, name: 'Zhao Min' }) });
  await remove.getByRole('button', { name: t('students:delete'), exact: true }).click();
  await expect(pins.sheet('admin')).toBeVisible();
  await page.evaluate(() => location.assign('#/class'));
  await expect(pins.sheet('admin')).toBeHidden();
  // Nothing waits for a PIN that is given later for something else.
  await pins.level.click();
  await pins.give('admin', admin);
  await expect(pins.level).toHaveAccessibleName(t('common:pin.levelOpen', { level: t('common:pin.level.admin') }));
  expect(await made.students()).toHaveLength(names.length);
});

test('P10: “Sync and close” asks for the PIN it needs; without it nothing closes, and with it the app ends with all sent', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const pins = new PinPage(made.app);
  await made.award('Li W', 2);
  await pins.goto();
  await pins.set('set', 'admin', admin);
  await pins.set('set', 'points', '1111', admin);
  await pins.level.click();
  await page.getByRole('button', { name: /^Class: 5B/ }).click();
  await page.getByRole('menuitem', { name: t('common:quit.entry') }).click();
  const question = page.getByRole('dialog', { name: t('common:quit.title') });
  await question.getByRole('button', { name: t('common:quit.sync') }).click();
  await pins
    .sheet('points')
    .getByRole('button', { name: t('common:cancel') })
    .click();
  await expect(question).toContainText(t('errors:needs-pin.title'));
  await expect(question.getByRole('button', { name: t('common:quit.anyway') })).toBeVisible();
  await question.getByRole('button', { name: t('common:quit.again') }).click();
  await pins.give('points', '1111');
  await expect(page.getByRole('heading', { name: t('common:quit.ended') })).toBeVisible({ timeout: 30_000 });
  expect(await made.onServer('SELECT delta FROM tallybook.score_event')).toEqual([['2']]);
  await made.app.stopShell();
});

for (const language of languages)
  test(`permission PINs in ${language}, light and dark, are clean for axe and fit 320 pixels`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { page, t } = made.app;
    const looks = new Looks(made.app, testInfo);
    const pins = new PinPage(made.app);
    await pins.goto();
    await pins.card.scrollIntoViewIfNeeded();
    await looks.at('none');
    await pins.card.getByRole('button', { name: t('settings:pins.set.admin') }).click();
    await expect(page.getByRole('dialog').getByLabel(t('settings:pins.fresh'), { exact: true })).toBeFocused();
    await page.keyboard.type('12');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toContainText(t('errors:pin-invalid.remedy'));
    await looks.at('setting');
    await page.keyboard.press('Escape');
    await pins.set('set', 'admin', admin);
    await looks.at('admin');
    await pins.set('set', 'points', '1111', admin);
    await pins.level.click();
    await made.app.call('pin.reset', {});
    await expect(pins.card.getByRole('alert')).toBeVisible();
    await pins.card.scrollIntoViewIfNeeded();
    await looks.at('both');
    await pins.level.click();
    await expect(pins.sheet('points').getByLabel(t('common:pin.label'), { exact: true })).toBeFocused();
    await looks.at('asking');
    await pins.give('points', '0000');
    await expect(pins.sheet('points')).toContainText(t('errors:pin-wrong.title'));
    await looks.at('wrong');
    await pins.give('points', '1111');
    await expect(pins.level).toHaveAccessibleName(t('common:pin.levelOpen', { level: t('common:pin.level.points') }));
    looks.expectClean();
  });
