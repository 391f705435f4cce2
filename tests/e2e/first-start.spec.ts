import { expect } from '@playwright/test';
import { mostAtOnce } from '../../shared/contract/values.ts';
import { ClassPage } from './support/class-page.ts';
import { StartPage } from './support/start-page.ts';
import { test } from './support/test.ts';

const hostileNames = [
  `O'Neil "Max" \\ {{name}}`,
  '<img src=x onerror=alert(1)>',
  "Robert') DROP TABLE student --",
  '👩‍🏫 Ada 🎉',
  '欧阳娜娜',
  'أحمد محمد',
  'נועה כהן',
  'Zoë Ångström',
];

for (const language of ['en', 'zh-CN'] as const) {
  test(`the first start in ${language} leads from nothing to a class with pasted names (first start, language)`, async ({
    startApp,
  }) => {
    const app = await startApp({ language });
    const start = new StartPage(app);
    await expect(start.question).toBeVisible();
    await start.nameDevice('301 ✨ "PC"');
    await start.chooseNewClass();
    await start.fillClass('5B', ['', ...hostileNames, '   ', '\u200b', ''].join('\n'));
    await expect(start.namesRead).toHaveText(hostileNames);
    await start.make.click();
    const board = new ClassPage(app);
    await expect(app.page.getByRole('heading', { name: '5B', level: 1 })).toBeVisible();
    await expect(board.cards).toHaveCount(hostileNames.length);
    for (const name of hostileNames) await expect(board.card(name)).toHaveCount(1);
    await expect(app.page.locator('html')).toHaveAttribute('lang', language);
    await app.page.reload();
    await expect(board.cards).toHaveCount(hostileNames.length);
  });
}

test('the language can be changed before anything else (first start, language)', async ({ startApp }) => {
  const app = await startApp();
  await expect(new StartPage(app).question).toBeVisible();
  await app.page.getByText('简体中文', { exact: true }).click();
  await expect(app.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await app.page.reload();
  await expect(app.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
});

test('a name of 300 characters is refused with its line and the rest stays as it was typed (first start)', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const start = new StartPage(app);
  await start.chooseNewClass();
  const list = `Ada Park\n${'长'.repeat(300)}\nBen Ortiz`;
  await start.fillClass('5B', list);
  await expect(app.page.getByText('Line 2: the name is too long')).toBeVisible();
  await expect(start.make).toBeDisabled();
  await expect(start.namesField).toHaveValue(list);
  await start.namesField.fill(`Ada Park\n${'长'.repeat(200)}\nBen Ortiz`);
  await start.make.click();
  await expect(new ClassPage(app).cards).toHaveCount(3);
});

test('blank names and a list with a mistake are said before anything is made (first start)', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  const start = new StartPage(app);
  await start.chooseNewClass();
  await start.fillClass('   ', '7 Ada\n7 Ben\nAda\nAda');
  await expect(
    app.page.getByText('Line 2: the number 7 stands in the list twice. Change one of them, or leave it out.'),
  ).toBeVisible();
  await expect(start.make).toBeDisabled();
  await start.namesField.fill('7 Ada\n8 Ben\nAda');
  await start.make.click();
  await expect(app.page.getByText('Type a name, such as 5B.')).toBeVisible();
  expect((await app.call('class.list', {})).items).toEqual([]);
});

test('what was typed stays where the students are refused after the class was made, and the next try adds to that class (first start)', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const start = new StartPage(app);
  await start.chooseNewClass();
  // One more than a class takes at once.
  const list = Array.from({ length: mostAtOnce + 1 }, (_, index) => `Student ${index}x`).join('\n');
  await start.fillClass('5B', '');
  // All at once, as it is pasted: typed into the field, so many lines take the browser a minute.
  await start.namesField.evaluate((field: HTMLTextAreaElement, names) => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, names);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }, list);
  await start.make.click();
  await expect(app.page.getByRole('alert')).toBeVisible();
  await expect(start.namesField).toHaveValue(list);
  await start.namesField.fill('Ada');
  await start.make.click();
  await expect(new ClassPage(app).cards).toHaveCount(1);
  expect((await app.call('class.list', {})).items).toHaveLength(1);
});

test('the sample class opens, says that it is one, and is usable at once (first start)', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await new StartPage(app).openSample();
  const board = new ClassPage(app);
  await expect(board.cards).toHaveCount(45);
  await expect(app.page.getByRole('button', { name: /Sample class/ })).toBeVisible();
});
