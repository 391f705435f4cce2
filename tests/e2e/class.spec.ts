import { languages } from '../../shared/text/language.ts';
import { shownText } from '../../shared/model/visible-text.ts';
import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { newClass } from './support/new-class.ts';
import { StudentsPage } from './support/students-page.ts';
import { test } from './support/test.ts';
import { goTo } from './support/go-to.ts';

const script = `<script>alert(1)</script>`;
const sql = `Robert'); DROP TABLE student;--`;
const template = '{{name}} $t(common:close) ${1} %s';
const turned = '\u202eoveR\u202c';

test('names that look like code are shown as text everywhere', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  const names = [script, sql, template, turned, '👩‍👩‍👧‍👦', 'بدر', '单雄信'];
  await newClass(app, names);
  const board = new ClassPage(app);
  await expect(board.cards).toHaveCount(names.length);
  const students = new StudentsPage(app);
  for (const name of [script, sql, template]) await board.award(name, '+2');
  await goTo(app.page, 'History');
  for (const name of [script, sql, template])
    await expect(app.page.getByRole('grid').getByText(name, { exact: true }).first()).toBeVisible();
  await students.goto();
  // What turns text around is written out.
  for (const name of names) await expect(students.row(shownText(name))).toHaveCount(1);
  await students.delete(template);
  await students.delete(script);
  await students.gotoDeleted();
  await students.restore(script);
  await expect(students.deleted.getByText(script)).toBeHidden();
  await expect(students.deleted.getByText(template, { exact: true })).toBeVisible();
});

test('a number that is taken is refused when adding, changing and restoring, and nothing typed is lost', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const classId = await newClass(app, []);
  await app.call('student.add', {
    classId,
    students: [
      { name: 'Ada', number: '7' },
      { name: 'Ben', number: '8' },
    ],
  });
  const students = new StudentsPage(app);
  await students.goto();
  await students.startAdding();
  await students.field('name').fill('Cleo');
  await students.field('number').fill('7');
  await students.pressAdd();
  await expect(students.error).toContainText('7');
  await expect(students.field('name')).toHaveValue('Cleo');
  await students.field('number').fill('9');
  await students.pressAdd();
  await expect(students.row('Cleo')).toBeVisible();
  await students.close();
  await students.open('Ben');
  await students.field('number').fill('7');
  await students.pressSave();
  await expect(students.error).toContainText('7');
  await students.field('number').fill('10');
  await students.pressSave();
  await expect(students.panel).toBeHidden();
  await students.delete('Ada');
  await app.call('student.add', { classId, students: [{ name: 'Dan', number: '7' }] });
  await students.gotoDeleted();
  await students.restore('Ada');
  await expect(app.page.getByRole('alert')).toContainText('7');
  await app.page.getByRole('button', { name: 'Restore Ada without a number' }).click();
  await expect(students.deleted.getByText('Ada')).toBeHidden();
});

test('a blank name and one of 300 characters are refused in words', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app, ['Ada']);
  const students = new StudentsPage(app);
  await students.goto();
  await students.startAdding();
  await students.field('name').fill(' \u200b ');
  await students.pressAdd();
  await expect(
    students.panel
      .getByText(/name/i)
      .filter({ hasText: /type|empty|blank/i })
      .first(),
  ).toBeVisible();
  await students.field('name').fill('x'.repeat(300));
  await students.pressAdd();
  await expect(students.panel).toContainText('200');
  await students.field('name').fill('Ada');
  await students.pressAdd();
  await expect(students.field('name')).toHaveValue('');
  await students.close();
  await expect(students.row('Ada')).toHaveCount(2);
});

test('any whole amount can be given; what is none, or too large, is refused in words', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  await board.awardOther('Li W', '-3', 'Late “again”');
  await board.expectPoints('Li W', -3);
  await board.awardOther('Li W', '0', 'Spoke to parents');
  await board.expectPoints('Li W', -3);
  await board.awardOther('Li W', '2147483647', 'Won the lottery');
  await expect(board.card('Li W')).toContainText('2,147,483,644');
  await board.card('Chen Yu').click();
  await board.openOther();
  for (const amount of ['abc', '', '1.5.2']) {
    await board.amount.fill(amount);
    await board.giveOther();
    await expect(board.other.getByText('Type a whole number, such as 2 or −1.')).toBeVisible();
  }
  await board.amount.fill('99999999999');
  await board.giveOther();
  await expect(board.other.getByText('This is more points than can be recorded.')).toBeVisible();
  await board.amount.fill('4');
  await board.giveOther();
  await board.expectPoints('Chen Yu', 4);
  await goTo(app.page, 'History');
  await expect(app.page.getByRole('grid').getByText('Spoke to parents')).toBeVisible();
});

test('points are given to several at once, undone, and stay undone after a reload', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  await board.card('Li W').click();
  await board.award('Chen Yu', '+2');
  await board.expectPoints('Li W', 2);
  await board.expectPoints('Chen Yu', 2);
  await board.undoLast();
  await board.expectPoints('Li W', 0);
  await app.page.reload();
  await board.expectPoints('Chen Yu', 0);
  await goTo(app.page, 'History');
  await expect(app.page.getByRole('grid').getByText('undone', { exact: true })).toHaveCount(2);
});

test('what was done last is told for a while, longer for whoever is at it, and goes when it is undone elsewhere', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const classId = await newClass(app);
  const { page, t } = app;
  const board = new ClassPage(app);
  const later = page.getByRole('button', { name: t('class:undoLast') });
  await page.clock.install();
  await page.reload();
  await board.award('Chen Yu', '+2');
  await board.lastAction.getByText(/Chen Yu/).hover();
  await page.clock.runFor('01:00');
  await expect(board.lastAction).toContainText('Chen Yu');
  await page.mouse.move(0, 0);
  await board.lastAction.getByRole('button').focus();
  await page.clock.runFor('01:00');
  await expect(board.lastAction).toContainText('Chen Yu');
  await board.board.focus();
  await page.clock.runFor('00:15');
  await expect(board.lastAction).toContainText('Chen Yu');
  await page.clock.runFor('00:10');
  await expect(board.lastAction).toBeEmpty();
  // The way back stays, and says what it is about.
  await expect(later).toHaveAccessibleName(/Chen Yu/);
  await later.click();
  await expect(board.lastAction).toContainText(t('class:undone', { what: '' }).trim());
  await board.expectPoints('Chen Yu', 0);
  await page.clock.runFor('00:10');
  await expect(board.lastAction).toBeEmpty();
  await expect(later).toBeHidden();

  // Whoever leaves and comes back is not told again of what is done; the way back is there.
  await board.award('Li W', '+1');
  await goTo(page, 'Students');
  await goTo(page, 'Class');
  await expect(later).toHaveAccessibleName(/Li W/);
  await expect(board.lastAction).toBeEmpty();
  await later.click();
  await board.expectPoints('Li W', 0);

  const undoElsewhere = async (): Promise<void> => {
    const [latest] = (await app.call('score.list', { classId, limit: 1 })).items;
    await app.call('score.void', { classId, eventIds: [latest?.id ?? ''] });
  };
  await board.award('Li W', '+1');
  await undoElsewhere();
  await expect(board.lastAction).toBeEmpty();
  await board.award('Li W', '+1');
  await page.clock.runFor('00:25');
  await expect(later).toBeVisible();
  await goTo(page, 'Students');
  await undoElsewhere();
  await goTo(page, 'Class');
  await board.expectPoints('Li W', 0);
  await expect(later).toBeHidden();
  await expect(board.lastAction).toBeEmpty();
});

for (const language of languages)
  test(`no card moves while the last action is told of, nor when only the quiet way to undo it is left (${language})`, async ({
    startApp,
  }) => {
    const app = await startApp({ device: 'Room 301', language });
    await newClass(app, ['Ada', ...Array.from({ length: 40 }, (_, place) => `Student ${place + 1}`)]);
    const { page, t } = app;
    const board = new ClassPage(app);
    const later = page.getByRole('button', { name: t('class:undoLast') });
    await page.clock.install();
    for (const size of [
      { width: 1366, height: 768 },
      { width: 1024, height: 768 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(size);
      await page.reload();
      const first = board.cards.first();
      await first.waitFor();
      const before = (await first.boundingBox())?.y;
      await board.award('Ada', '+1');
      expect((await first.boundingBox())?.y, `told at ${size.width}`).toBe(before);
      await page.clock.runFor('00:25');
      await expect(later).toBeVisible();
      expect((await first.boundingBox())?.y, `left at ${size.width}`).toBe(before);
    }
  });

test('a list of names that was typed and not added is still there when its panel is opened again, and is gone once it was added', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app, []);
  const { page, t } = app;
  const open = page.getByRole('button', { name: t('class:empty.add') });
  const list = page.getByLabel(t('students:paste.label'));
  await open.click();
  await list.fill('Li Wei\nChen Yu');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('common:close'), exact: true })
    .last()
    .click();
  await expect(list).toBeHidden();
  await goTo(page, t('common:nav.class'));
  await open.click();
  await expect(list).toHaveValue('Li Wei\nChen Yu');
  await page.getByRole('button', { name: t('students:addCount', { count: 2 }) }).click();
  await expect(list).toBeHidden();
  await page.evaluate(() => {
    location.hash = '#/students?add=many';
  });
  await expect(list).toHaveValue('');
});

test('the history calls a student by the name of now, also when the student was renamed on another page', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  const students = new StudentsPage(app);
  const history = app.page.getByRole('grid');
  await board.award('Li W', '+2');
  await goTo(app.page, 'History');
  await expect(history.getByText('Li W', { exact: true })).toBeVisible();
  await students.goto();
  await students.rename('Li W', 'Li Wei');
  await goTo(app.page, 'History');
  await expect(history.getByText('Li Wei', { exact: true })).toBeVisible();
});

test('students that were deleted can be had back at once, one or several, and the question names points only where there is a sum', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const classId = await newClass(app, ['Ada', 'Ben', 'Cleo', 'Dan']);
  const { items } = await app.call('student.list', { classId });
  const give = async (name: string, delta: number): Promise<void> => {
    const studentIds = items.filter((student) => student.name === name).map(({ id }) => id);
    await app.call('score.add', { classId, studentIds, award: { delta, text: 'Homework' } });
  };
  await give('Ada', 5);
  await give('Ben', 2);
  await give('Ben', -2);
  const { page, t } = app;
  const students = new StudentsPage(app);
  await students.goto();
  const question = async (name: string) => {
    await students.open(name);
    await students.panel.getByRole('button', { name: t('students:delete'), exact: true }).click();
    return page.getByRole('dialog', { name: t('students:deleteTitle', { count: 1, name }) });
  };
  await expect(await question('Ada')).toContainText('(5 points)');
  await page.keyboard.press('Escape');
  await students.close();
  // Points that cancel each other out are points all the same.
  await expect(await question('Ben')).toContainText(t('students:deleteAllPoints', { count: 1 }));
  await page
    .getByRole('dialog', { name: t('students:deleteTitle', { count: 1, name: 'Ben' }) })
    .getByRole('button', { name: t('students:delete'), exact: true })
    .click();
  const told = page.getByRole('status').filter({ hasText: t('students:deleted', { who: 'Ben' }) });
  await expect(told).toBeVisible();
  await expect(students.row('Ben')).toBeHidden();
  await told.getByRole('button', { name: t('class:undo') }).click();
  await expect(students.row('Ben')).toBeVisible();
  await expect(page.getByText(t('students:restored', { who: 'Ben' }))).toBeVisible();

  for (const name of ['Cleo', 'Dan', 'Ada']) await students.row(name).getByRole('checkbox').click();
  await page
    .getByRole('group', { name: t('students:chosen', { count: 3 }) })
    .getByRole('button', { name: t('students:delete'), exact: true })
    .click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('students:delete'), exact: true })
    .click();
  const undo = page.getByRole('status').getByRole('button', { name: t('class:undo') });
  await expect(page.getByText(t('students:deleted', { who: t('class:students', { count: 3 }) }))).toBeVisible();
  // Whoever is had back by the other way is not offered twice.
  await students.gotoDeleted();
  await students.restore('Cleo');
  await expect(students.deleted.getByText('Cleo')).toBeHidden();
  await expect(page.getByText(t('students:deleted', { who: '' }).trim())).toContainText(/Dan|Ada/);
  await undo.click();
  await expect(students.deleted.getByText('Ada')).toBeHidden();
  await page.getByRole('button', { name: t('students:backToStudents') }).click();
  for (const name of ['Ada', 'Ben', 'Cleo', 'Dan']) await expect(students.row(name)).toBeVisible();

  // Nor who was had back, or erased, where this page is not.
  const [ada, ben] = ['Ada', 'Ben'].map((name) => items.find((student) => student.name === name)?.id ?? '');
  await students.delete('Ada');
  await expect(undo).toBeVisible();
  await app.call('student.restore', { classId, ids: [ada ?? ''] });
  await expect(students.row('Ada')).toBeVisible();
  await expect(undo).toBeHidden();
  await students.delete('Ben');
  await expect(undo).toBeVisible();
  await app.call('student.erase', { classId, id: ben ?? '', confirm: true });
  await expect(undo).toBeHidden();
});

for (const language of languages)
  test(`what was typed into the panel of a student is not lost by a click beside it (${language})`, async ({
    startApp,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    const { page, t } = app;
    const classId = await newClass(app, ['Ada', 'Ben']);
    const students = new StudentsPage(app);
    await students.goto();
    const question = page.getByRole('dialog', { name: t('students:unsaved.title') });
    const beside = async (): Promise<void> => await page.mouse.click(200, 500);
    await students.open('Ada');
    await beside();
    await expect(students.panel).toBeHidden();
    await students.open('Ada');
    await students.field('name').fill('Ada Park');
    await beside();
    await expect(question).toBeVisible();
    await page.screenshot({ path: testInfo.outputPath('unsaved.png') });
    await question.getByRole('button', { name: t('common:cancel') }).click();
    await expect(students.field('name')).toHaveValue('Ada Park');
    await students.pressSave();
    await expect(students.row('Ada Park')).toBeVisible();
    await students.startAdding();
    await students.field('name').fill('Cleo');
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: t('students:unsaved.action') }).click();
    await expect(students.panel).toBeHidden();
    expect((await app.call('student.list', { classId })).items).toHaveLength(2);
  });
