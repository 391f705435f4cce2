import { expect, type Page } from '@playwright/test';
import type { TFunction } from 'i18next';
import { grantStatements } from '../../electron/remote/rights-sql.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { languages } from '../../shared/text/language.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, onlyConnection, syncBeside } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { setServerClock } from './support/server-clock.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Ada', 'Ben', 'Cleo', 'Dan'];

/** Opens what can be done about a check, by a part of its words, and presses one of the ways. */
async function take(page: Page, words: string | RegExp, way: string): Promise<void> {
  await page.getByRole('region').getByRole('button', { name: words, expanded: false }).click();
  await page.getByRole('button', { name: way, exact: true }).click();
}

test('P3: a clock that is behind or ahead is said with its seconds and what to do, and “Check again” asks once more', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = new PreviewPage(made.app);
  const again = t('sync:check.way.again');
  await made.award('Chen Yu', 4);
  await setServerClock(made, 3_600);
  await preview.open();
  const behind = /this PC's clock is 3,(599|600) s behind/;
  await page.getByRole('button', { name: behind }).click();
  await expect(page.getByText(t('errors:clock-differs.remedy'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('behind.png') });
  await page.getByRole('button', { name: behind }).click();
  await setServerClock(made, -120);
  await take(page, behind, again);
  const ahead = /this PC's clock is 1(20|21) s ahead/;
  await expect(page.getByRole('button', { name: ahead })).toBeVisible();
  await expect(page.getByText(t('errors:clock-differs.remedy'))).toHaveCount(0);
  await setServerClock(made, 0);
  await preview.waitForList();
  await take(page, ahead, again);
  await expect(page.getByRole('button', { name: ahead })).toHaveCount(0);
  await preview.waitForList();
  await expect(page.getByText(/this PC's clock is/)).toHaveCount(0);
});

/** The words of a title up to where its facts stand. */
function start(t: TFunction, code: 'server-lost' | 'erasures-asked' | 'rule-broken'): string {
  const rule = t('sync:check.rule.negative-balance');
  return t(`errors:${code}.title`, { rule, rows: '#', names: '#' }).split('#')[0] ?? '';
}

test('P3: “Show these rows” shows those a rule of the data would not hold for, and no other', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = new PreviewPage(made.app);
  await made.here('Li W', { name: 'Li Wei' });
  await made.onServer(
    `INSERT INTO tallybook.redemption (class_id, id, student_id, reward_id, name, cost, at, device_name)
     SELECT class_id, gen_random_uuid(), id, gen_random_uuid(), 'Voucher', 50, now(), 'Office PC' FROM tallybook.student WHERE id = $1`,
    made.idOf('Ada'),
  );
  await preview.open();
  await expect(preview.rows).toHaveCount(2);
  await take(page, start(t, 'rule-broken'), t('sync:check.way.rules'));
  await expect(preview.rows).toHaveCount(1);
  await expect(preview.row('Ada')).toBeVisible();
});

test('P3: “Show these rows” shows what the server lost and gets again, and no other', async ({ startConnected }) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = new PreviewPage(made.app);
  await made.award('Ada', 2);
  await made.sync();
  await made.there('Li W', "name = 'Li Wen'");
  // The server is put back to before the points were there, by tools that switch triggers off.
  await made.onServer('ALTER TABLE tallybook.score_event DISABLE TRIGGER USER');
  await made.onServer('DELETE FROM tallybook.score_event');
  await made.onServer(`DELETE FROM tallybook.row_state WHERE tbl = 'score_event'`);
  for (const event of ['insert', 'update', 'delete', 'truncate'])
    await made.onServer(`ALTER TABLE tallybook.score_event ENABLE ALWAYS TRIGGER tallybook_journal_${event}`);
  await made.onServer('UPDATE tallybook.device SET visit_no = 0, visit_token = md5(random()::text)::uuid');
  await preview.open();
  await expect(preview.row('Li Wen')).toBeVisible();
  await take(page, start(t, 'server-lost'), t('sync:check.way.lost'));
  await expect(preview.rows).toHaveCount(1);
  await expect(preview.row('Ada')).toBeVisible();
});

test('P3: “Show these rows” shows the erasures that ask, and no other', async ({ startApp, startConnected }) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = new PreviewPage(made.app);
  const other = await startApp({ device: 'Office PC' });
  await other.call('class.join', { remoteClassName: '5B', connection: connectionTo(made.database) });
  const { classId } = await onlyConnection(other);
  const ids = ['Ada', 'Ben', 'Cleo'].map((name) => made.idOf(name));
  await other.call('student.delete', { classId, ids });
  for (const id of ids) await other.call('student.erase', { classId, id, confirm: true });
  await syncBeside(other);
  await made.here('Li W', { name: 'Li Wei' });
  await preview.open();
  await expect(preview.row('Li Wei')).toBeVisible();
  await take(page, start(t, 'erasures-asked'), t('sync:check.way.erased'));
  await expect(preview.row('Li Wei')).toHaveCount(0);
  await expect(preview.rows).toHaveCount(3);
  expect(page.url()).toContain('table=erased');
});

test('P3, P9: before this PC is made what the server is, the changes that would go lead to the comparison, and other connections to theirs', async ({
  startConnected,
  postgres,
}) => {
  const made = await startConnected(names);
  const { app, classId } = made;
  const { page, t } = app;
  const preview = new PreviewPage(app);
  await made.here('Li W', { name: 'Li Wei' });
  await preview.open();
  const replace = async (): Promise<void> => {
    await page.getByRole('button', { name: new RegExp(`: ?${t('sync:preview.more')}$`) }).click();
    await page.getByRole('menuitem', { name: t('sync:replace.action') }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:replace.title'));
    await preview.waitForList();
  };
  // Another server the class is shared through.
  const connection = { ...connectionTo(await postgres.createDatabase()), name: 'second', mode: 'push-only' } as const;
  await app.call('connection.add', { classId, connection });
  await replace();
  await take(page, t('errors:unsent-dropped.title', { count: 1 }), t('sync:check.way.compare'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:preview.title'));
  await preview.waitForList();
  await expect(preview.runButton('sync')).toHaveText('Sync 1');
  await replace();
  const others = t('errors:replace-seen-elsewhere.title', { connections: 'second' });
  await take(page, others, t('sync:check.way.connections'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('common:nav.sync'));
  await expect(page.getByRole('region', { name: 'second' })).toBeVisible();
});

test('P3: where only a person knows which class of the server this one is, the page says so and leads to the choice', async ({
  startApp,
  startConnected,
}) => {
  const made = await startConnected(names);
  const app = await startApp({ device: 'Office PC' });
  const { page, t } = app;
  const classId = await newClass(app, ['Zoe']);
  await app.call('connection.add', { classId, connection: connectionTo(made.database) });
  await new SyncPage(app).openPreview();
  await expect(page.getByRole('alert')).toContainText(t('errors:class-choice-needed.title'));
  // Asking again would answer the same.
  await expect(page.getByRole('button', { name: t('common:retry') })).toHaveCount(0);
  await page.getByRole('button', { name: t('sync:preview.chooseClass') }).click();
  await page.getByRole('radio', { name: t('sync:choose.join', { name: '5B' }) }).check();
  await page.getByRole('button', { name: t('sync:card.preview') }).click();
  const preview = new PreviewPage(app);
  await preview.waitForList();
  await expect(preview.row('Zoe')).toBeVisible();
  await expect(preview.row('Chen Yu')).toBeVisible();
});

test('P3: a right that is missing on one table keeps its cross at every look, with the very statement, until it is given', async ({
  startConnected,
}, testInfo) => {
  test.slow();
  const made = await startConnected(names);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  const role = `few-${made.database.config.database}`;
  await made.onServer(`CREATE ROLE "${role}" LOGIN PASSWORD 'teach-5B'`);
  for (const statement of grantStatements(classroomCatalog, [role])) await made.onServer(statement);
  await made.onServer(`REVOKE INSERT ON tallybook.score_event FROM "${role}"`);
  await app.call('connection.set', { classId, connectionId, change: { user: role, password: 'teach-5B' } });
  await made.award('Chen Yu', 4);
  const preview = new PreviewPage(app);
  await preview.open();
  const lacks = t('sync:check.lacks', { right: 'INSERT', on: 'score_event' });
  const check = page.getByRole('list', { name: t('sync:check.label') }).getByRole('button', { name: lacks });
  await check.click();
  const statement = page.getByLabel(t('sync:test.grant'));
  await expect(statement).toHaveValue(`GRANT INSERT ON "tallybook"."score_event" TO "${role}";`);
  await expect(page.getByRole('button', { name: t('sync:card.edit'), exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: t('common:copyForIt') })).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('right-missing.png') });
  const again = page.getByRole('button', { name: t('sync:check.way.again'), exact: true });
  await again.click();
  await preview.waitForList();
  await check.click();
  await made.onServer(await statement.inputValue());
  await again.click();
  await preview.waitForList();
  await expect(check).toHaveCount(0);
});

for (const language of languages)
  test(`P3: a table that is gone on the server is told as that, with what helps, and never as both the same, in ${language}`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId } = made;
    const { page, t } = app;
    const preview = new PreviewPage(app);
    await made.onServer('DROP TABLE tallybook.score_void');
    await new SyncPage(app).openPreview();
    await expect(page.getByText(t('sync:preview.samePart.title'))).toBeVisible();
    await expect(page.getByText(t('sync:preview.same.title'))).toHaveCount(0);
    const { badge } = new SyncPage(app);
    await expect(badge).toContainText(t('common:badge.partial'));
    await expect(badge).toContainText('score_void');
    await page.screenshot({ path: testInfo.outputPath('part-compared.png') });
    const title = t('errors:missing-table.title', { table: 'score_void' });
    await page.locator('#main').getByRole('button', { name: title }).click();
    await expect(page.getByRole('button', { name: t('common:copyForIt') })).toBeVisible();
    // Setting up would repair nothing.
    await expect(page.getByRole('button', { name: t('sync:preview.setUp') })).toHaveCount(0);
    await badge.click();
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    await expect(sheet).toContainText(t('sync:preview.samePart.text'));
    await expect(sheet.getByText(t('sync:preview.same.title'))).toHaveCount(0);
    await page.screenshot({ path: testInfo.outputPath('part-sheet.png') });
    await page.keyboard.press('Escape');
    const sync = new SyncPage(app);
    await sync.goto();
    await expect(sync.card).toContainText(title);
    await page.screenshot({ path: testInfo.outputPath('part-card.png') });
    await page.goBack();
    await expect(page.getByText(t('sync:preview.samePart.title'))).toBeVisible();

    // What needs the table says so, and does not blame a field.
    const { items } = await app.call('student.list', { classId });
    const award = { delta: 2, text: 'Homework' };
    const { items: given } = await app.call('score.add', { classId, studentIds: [items[0]?.id ?? ''], award });
    await app.call('score.void', { classId, eventIds: given.map(({ id }) => id) });
    await page
      .getByRole('button', { name: t('sync:preview.refresh') })
      .first()
      .click();
    await preview.waitForList();
    await preview.rows
      .filter({ hasText: t('sync:decision.refused') })
      .first()
      .click();
    await expect(preview.detail).toContainText(t('sync:detail.refusedThere'));
    await page.screenshot({ path: testInfo.outputPath('part-row.png') });
  });
