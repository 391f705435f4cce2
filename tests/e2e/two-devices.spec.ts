import { expect } from '@playwright/test';
import { languages, type Language } from '../../shared/text/language.ts';
import type { App, AppOptions } from './support/app.ts';
import { changedOnBoth } from './support/changed-on-both.ts';
import { ClassPage } from './support/class-page.ts';
import { PreviewPage } from './support/preview-page.ts';
import { onlyConnection, readBook, shareClass, syncBeside } from './support/shared-class.ts';
import { StudentsPage } from './support/students-page.ts';
import { test as base } from './support/test.ts';

interface Pair {
  readonly a: App;
  readonly b: App;
}

/** Two devices that share the class 5B of three students on one PostgreSQL and hold the same. */
const test = base.extend<{ readonly pair: Pair }>({
  pair: async ({ startApp, postgres }, use) => {
    const devices: readonly AppOptions[] = [{ device: 'Room 301' }, { device: 'Office PC' }];
    const [a, b] = await Promise.all(devices.map((options) => startApp(options)));
    if (a === undefined || b === undefined) throw new Error('There are two devices');
    await shareClass(a, b, await postgres.createDatabase());
    await use({ a, b });
  },
});

/** Lets both see what the other has; neither may have a question left. */
async function settle(...apps: readonly App[]): Promise<void> {
  for (const app of [...apps, ...apps]) await syncBeside(app);
}

/** Both hold the same, and neither page finds anything to do. */
async function expectSame({ a, b }: Pair): Promise<void> {
  expect(await readBook(b)).toEqual(await readBook(a));
  for (const app of [a, b]) {
    const preview = new PreviewPage(app);
    await preview.open();
    await expect(preview.bothSame).toBeVisible();
  }
}

test('a rename here and a group change there merge without a question', async ({ pair }) => {
  const { a, b } = pair;
  const [studentsA, studentsB] = [new StudentsPage(a), new StudentsPage(b)];
  await Promise.all([studentsA.goto(), studentsB.goto()]);
  await studentsA.rename('Li W', 'Li Wei');
  const { classId } = await onlyConnection(b);
  await b.call('group.add', { classId, name: 'Blue' });
  await studentsB.setGroup('Li W', 'Blue');
  await new PreviewPage(a).syncAll();
  const preview = new PreviewPage(b);
  await preview.open();
  expect(await preview.counts()).toEqual(['Students: 1 merged on both sides', 'Groups: 1 added to the server']);
  await preview.run('sync');
  await preview.expectDone();
  await new PreviewPage(a).syncAll();
  for (const app of [a, b]) {
    const board = new ClassPage(app);
    await board.goto();
    await expect(board.card('Li Wei')).toContainText('Blue');
  }
  await expectSame(pair);
});

test('C2: a rename on both is one conflict with base, here and there; decided on the page, both end equal', async ({
  pair,
}) => {
  const { a, b } = pair;
  const [studentsA, studentsB] = [new StudentsPage(a), new StudentsPage(b)];
  await Promise.all([studentsA.goto(), studentsB.goto()]);
  await studentsA.rename('Li W', 'Li Wei');
  await studentsB.rename('Li W', 'Li Wen');
  await new ClassPage(b).goto();
  await new ClassPage(b).award('Chen Yu', '+2');
  await new PreviewPage(a).syncAll();

  const preview = new PreviewPage(b);
  await preview.open();
  expect(await preview.counts()).toEqual(['Students: 1 needs you', 'Points: 1 added to the server']);
  await expect(preview.detail).toContainText('before: Li W');
  await expect(preview.option('This PC')).toHaveAccessibleName(/^This PC Li Wen you, Office PC · \d\d:\d\d \(.+\)$/);
  await expect(preview.option('Server')).toHaveAccessibleName(/^Server Li Wei Room 301 · \d\d:\d\d \(.+\)$/);
  await expect(preview.runButton('sync')).toHaveText('Sync 1, leave 1');
  await preview.run('sync');
  await expect(preview.result).toContainText('some left for later');

  await preview.waitForList();
  await preview.pick('Server');
  await expect(preview.detail).toContainText('Result: name Li Wei');
  await preview.useAnswer();
  await expect(preview.runButton('sync')).toHaveText('Sync 1');
  await preview.run('sync');
  await preview.expectDone();
  await settle(a, b);
  for (const app of [a, b]) {
    await new ClassPage(app).goto();
    await expect(new ClassPage(app).card('Li Wei')).toBeVisible();
  }
  await expectSame(pair);
});

test('an undo here stays an undo there', async ({ pair }) => {
  const { a, b } = pair;
  const [boardA, boardB] = [new ClassPage(a), new ClassPage(b)];
  await boardA.award('Chen Yu', '+2');
  await settle(a, b);
  await boardB.expectPoints('Chen Yu', 2);
  await boardA.undoLast();
  await new PreviewPage(a).syncAll();
  const preview = new PreviewPage(b);
  await preview.open();
  expect(await preview.counts()).toEqual(['Points: 1 added here']);
  await expect(preview.row('Chen Yu')).toContainText('+2 is taken back');
  await preview.run('sync');
  await boardB.goto();
  await boardB.expectPoints('Chen Yu', 0);
  await settle(b, a);
  await expectSame(pair);
});

for (const { answer, deleted } of [
  { answer: 'Restore', deleted: false },
  { answer: 'Keep deleted', deleted: true },
] as const) {
  test(`P8: a student deleted there who got a point here is asked about; “${answer}” keeps the point`, async ({
    pair,
  }) => {
    const { a, b } = pair;
    const students = new StudentsPage(a);
    await students.goto();
    await students.delete('Chen Yu');
    await new ClassPage(b).award('Chen Yu', '+2');
    await new PreviewPage(a).syncAll();
    const preview = new PreviewPage(b);
    await preview.open();
    expect(await preview.counts()).toContain('Students: 1 needs you');
    await expect(preview.detail).toContainText('Room 301 deleted Chen Yu, but 1 new point entry was given here.');
    await expect(preview.detail.getByRole('listitem').filter({ hasText: 'Server' })).toHaveText(
      /^Server: Room 301 · \d\d:\d\d \(.+\)$/,
    );
    await expect(preview.detail).toContainText('The 1 new point entry is kept either way.');
    await preview.pick(answer);
    await preview.useAnswer();
    await preview.run('sync');
    await preview.expectDone();
    await settle(a, b);
    await expectSame(pair);
    const { classId } = await onlyConnection(a);
    const { items } = await a.call('student.list', { classId, deleted });
    expect(items.find(({ name }) => name === 'Chen Yu')).toMatchObject({ deleted, allTime: 2 });
  });
}

/** What the panel says of changes that cross a deletion: the sentence, and who made each version when. */
interface Crossed {
  readonly record: string;
  readonly sentence: RegExp;
  readonly origins: readonly RegExp[];
}

const crossed: Readonly<Record<Language, readonly Crossed[]>> = {
  en: [
    {
      record: 'Chen Yue',
      sentence: /^You changed: name\. Room 301 deleted Chen Yue \(\d\d:\d\d\)\./,
      origins: [/^This PC: you, Office PC · \d\d:\d\d \(.+\)$/, /^Server: Room 301 · \d\d:\d\d \(.+\)$/],
    },
    {
      record: 'Wang Fang',
      sentence: /^You deleted Wang Fang \(\d\d:\d\d\)\. Room 301 changed: name\./,
      origins: [/^This PC: you, Office PC · \d\d:\d\d \(.+\)$/, /^Server: Room 301 · \d\d:\d\d \(.+\)$/],
    },
    {
      record: 'Zhao Min',
      sentence: /^Room 301 deleted Zhao Min, but 1 new point entry was given here\./,
      origins: [/^Server: Room 301 · \d\d:\d\d \(.+\)$/],
    },
  ],
  'zh-CN': [
    {
      record: 'Chen Yue',
      sentence: /^您改了：姓名。Room 301 删除了 Chen Yue（\d\d:\d\d）。/,
      origins: [/^本机：您，Office PC · \d\d:\d\d（.+）$/, /^服务器：Room 301 · \d\d:\d\d（.+）$/],
    },
    {
      record: 'Wang Fang',
      sentence: /^您删除了 Wang Fang（\d\d:\d\d）。Room 301 改了：姓名。/,
      origins: [/^本机：您，Office PC · \d\d:\d\d（.+）$/, /^服务器：Room 301 · \d\d:\d\d（.+）$/],
    },
    {
      record: 'Zhao Min',
      sentence: /^Room 301 删除了 Zhao Min，但本机新记了 1 条加减分。/,
      origins: [/^服务器：Room 301 · \d\d:\d\d（.+）$/],
    },
  ],
};

for (const language of languages)
  test(`C4, C8: what was deleted on one device and changed on the other says which device did what and when (${language})`, async ({
    startApp,
    postgres,
  }) => {
    const a = await startApp({ device: 'Room 301', language });
    const b = await startApp({ device: 'Office PC', language });
    await changedOnBoth(b, a, await postgres.createDatabase());
    const preview = new PreviewPage(b);
    await preview.open();
    for (const { record, sentence, origins } of crossed[language]) {
      await preview.recordNamed(record).first().click();
      await expect(preview.detail.getByRole('heading', { level: 2 })).toHaveText(record);
      await expect(preview.detail.getByRole('paragraph').first()).toHaveText(sentence);
      const sides = preview.detail.getByRole('listitem').filter({ hasText: /^(This PC|Server|本机|服务器)/ });
      await expect(sides).toHaveText([...origins]);
    }
  });

test('one number given to two students is asked about; with another number both arrive', async ({ pair }) => {
  const { a, b } = pair;
  for (const [app, name] of [
    [a, 'Ada'],
    [b, 'Ben'],
  ] as const) {
    const { classId } = await onlyConnection(app);
    await app.call('student.add', { classId, students: [{ name, number: '30' }] });
  }
  await syncBeside(a);
  const preview = new PreviewPage(b);
  await preview.open();
  await expect(preview.row('Ben')).toContainText('needs you');
  await expect(preview.row('Ada · 30')).toContainText('waits');
  await preview.pick('Give Ben · 30 another number');
  const number = preview.detail.getByRole('textbox', { name: 'New number' });
  await number.fill('30');
  await expect(preview.detail).toContainText('30 is the one that is taken.');
  await number.fill('31');
  await preview.useAnswer();
  await expect(preview.row('Ada · 30')).toContainText('get');
  await preview.run('sync');
  await preview.expectDone();
  await settle(a, b);
  for (const app of [a, b]) {
    await new ClassPage(app).goto();
    await expect(new ClassPage(app).card('Ada')).toContainText('30');
    await expect(new ClassPage(app).card('Ben')).toContainText('31');
  }
  await expectSame(pair);
});

test('P2, P5: a list without rows no longer says that both are the same once a point was given here', async ({
  pair,
}) => {
  const { a } = pair;
  const preview = new PreviewPage(a);
  await preview.open();
  const same = preview.page.getByRole('heading', { name: a.t('sync:preview.same.title') });
  await expect(same).toBeVisible();
  const tab = await a.openTab();
  await new ClassPage(a, tab).award('Li W', '+1');
  await expect(preview.page.getByText('1 new here since the list was made: it goes with the next sync.')).toBeVisible();
  await expect(same).toBeHidden();
  const then = preview.page.getByRole('main');
  await expect(then).toContainText(a.t('sync:preview.sameThen.title'));
  await then
    .getByRole('button', { name: a.t('sync:preview.refresh') })
    .last()
    .click();
  await expect(preview.runButton('sync')).toHaveText('Sync 1');
});

test('P5: a point given between preview and apply disturbs nothing and goes with the next sync', async ({ pair }) => {
  const { a, b } = pair;
  const board = new ClassPage(a);
  await board.award('Li W', '+2');
  const preview = new PreviewPage(a);
  await preview.open();
  const tab = await a.openTab();
  await new ClassPage(a, tab).award('Li W', '+1');
  await expect(preview.page.getByText('1 new here since the list was made: it goes with the next sync.')).toBeVisible();
  await expect(preview.runButton('sync')).toHaveText('Sync 1');
  await preview.run('sync');
  await preview.expectDone();
  await preview.open();
  expect(await preview.counts()).toEqual(['Points: 1 added to the server']);
  await preview.run('sync');
  await new PreviewPage(b).syncAll();
  await new ClassPage(b).goto();
  await new ClassPage(b).expectPoints('Li W', 3);
  await expectSame(pair);
});

test('P5: a row edited between preview and apply is named, nothing happens, the fresh list keeps what was decided', async ({
  pair,
}) => {
  const { a, b } = pair;
  const students = new StudentsPage(a);
  await students.goto();
  await students.rename('Li W', 'Li Wei');
  const { classId } = await onlyConnection(a);
  const { items } = await a.call('student.list', { classId });
  const idOf = (wanted: string): string => items.find(({ name }) => name === wanted)?.id ?? '';
  const award = { delta: 2, text: 'Homework' };
  await a.call('score.add', { classId, studentIds: [idOf('Chen Yu')], award });
  const preview = new PreviewPage(a);
  await preview.open();
  await preview.row('Chen Yu').getByRole('checkbox').click();
  await expect(preview.runButton('sync')).toHaveText('Sync 1, leave 1');
  await a.call('student.set', { classId, id: idOf('Li Wei'), change: { name: 'Li Wen' } });
  await preview.run('sync');
  await expect(preview.result).toContainText('Nothing was changed.');
  await expect(preview.result).toContainText('Student · Li Wei');
  await expect(preview.row('Li Wen')).toBeVisible();
  // What was decided about a row that did not move holds.
  await expect(preview.row('Chen Yu')).toContainText('left out');
  await expect(preview.runButton('sync')).toHaveText('Sync 1, leave 1');
  expect((await readBook(b)).students.join()).not.toContain('Li We');
  await preview.row('Chen Yu').getByRole('checkbox').click();
  await preview.run('sync');
  await preview.expectDone();
  await settle(b);
  await expectSame(pair);
});
