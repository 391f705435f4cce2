import { expect } from '@playwright/test';
import type { TestDatabase } from '../support/postgres.ts';
import { sql } from '../support/sql.ts';
import { goTo } from './support/go-to.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { ServerForm } from './support/server-form.ts';
import { uploadClass } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('S2, S3, R3: a password that is gone or wrong is said so, and the button leads to where it is put right', async ({
  startApp,
  postgres,
}, testInfo) => {
  test.slow();
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const database = await postgres.createDatabase();
  const { classId, connectionId } = await uploadClass(app, database, ['Li W', 'Chen Yu']);
  const change = { password: 'Sesame-9931' };
  await app.call('connection.set', { classId, connectionId, change });
  await app.call('sync.preview', { classId, connectionId }).catch(() => undefined);
  const sync = new SyncPage(app);
  await sync.goto();
  await expect(sync.card).toContainText(t('sync:status.password-refused'));
  await expect(sync.badge).toContainText(t('common:badge.password-refused'));
  await page.screenshot({ path: testInfo.outputPath('password-refused.png') });
  // What is handed on says where and why, and holds no secret.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await sync.card.getByRole('button', { name: t('common:copyForIt') }).click();
  await expect(sync.card.getByRole('button', { name: t('common:copied') })).toBeVisible();
  const message = await page.evaluate(() => navigator.clipboard.readText());
  expect(message).toContain('code: password-wrong');
  expect(message).toContain(database.config.host);
  for (const secret of [change.password, database.config.password]) expect(message).not.toContain(secret);
  await sync.card.getByRole('button', { name: t('sync:card.password') }).click();
  const form = new ServerForm(app);
  await expect(form.field('password')).toBeFocused();
  await form.field('password').fill('wrong again');
  await form.expectFailure({
    step: 'Sign in',
    reason: 'The user name or password was not accepted.',
    field: 'password',
  });
  const again = page.getByRole('button', { name: t('sync:test.again') });
  await expect(again).toHaveClass(/ant-btn-primary/);
  await expect(page.getByText('28P01')).toBeHidden();
  await page.getByText(t('sync:test.details'), { exact: true }).click();
  await expect(page.getByText('28P01')).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('test-failed.png') });
  await form.field('password').fill(database.config.password);
  await form.field('password').press('Enter');
  await expect(page.getByText(/^passed · /)).toBeVisible();
  await page.getByRole('button', { name: t('common:save'), exact: true }).click();
  await expect(sync.card).toBeVisible();
  // The button that was pressed is gone with its page; the keyboard is not.
  await expect.poll(async () => await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');

  // Without a store for passwords the next start has none.
  await app.restart();
  await page.goto(`${app.shell.origin}/#/sync/server/${connectionId}`);
  await expect(page.getByText(t('sync:form.passwordNone'))).toBeVisible();
  await expect(page.getByText(t('sync:form.passwordKept'))).toBeHidden();
  await expect(page.getByText(/kept only until Tallybook closes/)).toBeVisible();
  await form.startTest();
  await expect(page.getByText(t('sync:form.passwordNeeded'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('no-password.png') });
});

test('S2: a right that is missing is named with the very statement, and after that statement the test passes', async ({
  startApp,
  postgres,
}, testInfo) => {
  test.slow();
  const app = await startApp({ device: 'Room 301' });
  const { page } = app;
  const database = await postgres.createDatabase();
  const { connectionId, classId } = await uploadClass(app, database, ['Li W']);
  await sql(database.config, `CREATE ROLE teacher LOGIN PASSWORD 'teach-5B'`);
  await app.call('connection.set', { classId, connectionId, change: { user: 'teacher', password: 'teach-5B' } });
  await page.goto(`${app.shell.origin}/#/sync/server/${connectionId}?test=1`);
  const statement = page.getByLabel('Statement for your IT person');
  await expect(statement).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('right-missing.png') });
  for (let left = 8; left > 0 && (await statement.isVisible()); left -= 1) {
    await sql(database.config, await statement.inputValue());
    await page.getByRole('button', { name: 'Test again' }).click();
    await expect(page.getByText('running…')).toBeHidden();
  }
  await expect(page.getByText(/^passed · /)).toBeVisible();
});

test('S5, S6: a database whose tables are gone leads to setting it up, and what comes then meets the class again', async ({
  startApp,
  postgres,
}) => {
  test.slow();
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const database = await postgres.createDatabase();
  const { connectionId } = await uploadClass(app, database, ['Li W']);
  await sql(database.config, 'DROP SCHEMA tallybook CASCADE');
  const preview = new PreviewPage(app);
  await new SyncPage(app).goto();
  await page.getByRole('button', { name: t('sync:card.preview') }).click();
  await page.getByRole('button', { name: t('sync:preview.setUp') }).click();
  await page.getByRole('button', { name: t('sync:setUp.action') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('sync:setUp.agree'), exact: true })
    .click();
  await preview.waitForList();
  await expect.poll(async () => await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  expect(page.url()).toContain(`sync/preview/${connectionId}`);
});

/** How the server lets a role in, as lines of its own before all others; answers how to take them away. */
async function letIn(config: TestDatabase['config'], line: string): Promise<() => Promise<void>> {
  const [[file, lines] = []] = await sql(
    config,
    `SELECT current_setting('hba_file'), pg_read_file(current_setting('hba_file'))`,
  );
  const write = async (text: string): Promise<void> => {
    const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
    await sql(config, `COPY (SELECT unnest(string_to_array(${quoted(text)}, chr(10)))) TO ${quoted(file ?? '')}`);
    const loaded = async (): Promise<string | null | undefined> =>
      (await sql(config, 'SELECT pg_conf_load_time()::text'))[0]?.[0];
    const before = await loaded();
    await sql(config, 'SELECT pg_reload_conf()');
    // It is read by the server's own process, in its own time; sessions that begin later know when that was.
    await expect.poll(loaded).not.toBe(before);
  };
  await write(`${line}\n${lines ?? ''}`);
  return async () => await write(lines ?? '');
}

test('S2: a server that asks for the password in a weak form never gets it, and a switch to SCRAM repairs it', async ({
  startApp,
  postgres,
}, testInfo) => {
  test.slow();
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  await newClass(app);
  const { config } = await postgres.createDatabase();
  await sql(config, `CREATE ROLE weak_teacher SUPERUSER LOGIN PASSWORD 'weak-5B'`);
  const switchToScram = await letIn(config, 'host all weak_teacher 127.0.0.1/32 password');
  await goTo(page, t('common:nav.sync'));
  await page.getByRole('button', { name: t('sync:doors.server.action'), exact: true }).click();
  const form = new ServerForm(app);
  await form.enter({ ...config, user: 'weak_teacher', password: 'weak-5B' });
  await form.startTest();
  await expect(form.error).toContainText('The server asked for the password in an unsafe way.');
  await expect(form.error).toContainText('The password was not sent.');
  await expect(form.error).toContainText('SCRAM');
  // It can only be allowed where a certificate says who gets it.
  await expect(page.getByRole('checkbox', { name: t('sync:form.weak') })).toBeDisabled();
  await expect(page.getByText(t('sync:form.weakUnproven'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('weak-sign-in.png') });
  await switchToScram();
  await form.startTest();
  await expect(page.getByText(/^passed · /)).toBeVisible();
});
