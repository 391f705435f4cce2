import { expect } from '@playwright/test';
import { chooseFreePort } from '../../electron/builtin-server/server-port.ts';
import { startFakeServer } from '../support/fake-postgres.ts';
import { sql } from '../support/sql.ts';
import { ClassPage } from './support/class-page.ts';
import { goTo } from './support/go-to.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { ServerForm } from './support/server-form.ts';
import { readBook } from './support/shared-class.ts';
import { StartPage } from './support/start-page.ts';
import { test } from './support/test.ts';

test('a school server that is wrong in some way is told by the step, the reason and the field, and is put right there', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const { config } = await postgres.createDatabase();
  const stranger = await startFakeServer(async (talk) => {
    await talk.next();
    talk.socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await goTo(app.page, 'Sync');
  await app.page.getByRole('button', { name: 'Set up' }).click();
  const form = new ServerForm(app);

  await form.startTest();
  await expect(app.page.getByText('Type the name or address of the server.')).toBeVisible();
  await expect(form.field('host')).toBeFocused();
  await form.enter(config);
  await form.field('port').fill('70000');
  await form.startTest();
  await expect(app.page.getByText('A port is a number from 1 to 65535.')).toBeVisible();

  await form.field('port').fill(String(await chooseFreePort()));
  await form.expectFailure({
    step: 'Answer on port',
    reason: 'The server is there but does not take connections on this port.',
    field: 'port',
  });
  await form.field('port').fill(String(stranger.port));
  await form.expectFailure({ step: 'Sign in', reason: 'What answers there is not PostgreSQL.', field: 'port' });
  await form.field('port').fill(String(config.port));
  await form.field('password').fill('wrong');
  await form.expectFailure({
    step: 'Sign in',
    reason: 'The user name or password was not accepted.',
    field: 'password',
  });
  await form.field('password').fill(config.password);
  await form.field('database').fill('no such "database"');
  await form.expectFailure({
    step: 'Database opens',
    reason: 'There is no database no such "database" on this server.',
    field: 'database',
  });
  // Those the account may open are there to choose from; where there are many, what is typed finds one.
  const databases = app.page.getByRole('combobox', { name: app.t('sync:test.databases') });
  await databases.click();
  await databases.fill(config.database);
  await app.page.getByTitle(config.database, { exact: true }).click();
  await expect(form.field('database')).toHaveValue(config.database);
  await expect(form.field('database')).toBeFocused();
  await form.field('host').fill('no-such-host.invalid');
  await form.expectFailure({ step: 'Server name', reason: "The server's name was not found.", field: 'host' });
  await form.field('host').fill(config.host);
  await form.startTest();
  await expect(app.page.getByText(/^passed · /)).toBeVisible();
  await expect(form.steps.filter({ hasText: 'Not set up yet: can be done after saving' })).toBeVisible();
  await stranger.close();
});

test('a server that never answers can be stopped at once, and nothing is left open', async ({ startApp, postgres }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const { config } = await postgres.createDatabase();
  const silent = await startFakeServer((talk) => void talk.socket.resume());
  await goTo(app.page, 'Sync');
  await app.page.getByRole('button', { name: 'Set up' }).click();
  const form = new ServerForm(app);
  await form.enter({ ...config, port: silent.port });
  await form.startTest();
  await expect(form.steps.filter({ hasText: /^running/ })).toBeVisible();
  await expect.poll(() => silent.connections().open).toBe(1);
  await form.stopTest();
  await expect(app.page.getByText('The test was stopped. Nothing was changed.')).toBeVisible();
  await expect.poll(() => silent.connections().open).toBe(0);
  await form.field('port').fill(String(config.port));
  await form.startTest();
  await expect(app.page.getByText(/^passed · /)).toBeVisible();
  await silent.close();
});

test('a code that was mistyped is refused in words and stays to be corrected', async ({ startApp }) => {
  const app = await startApp({ device: 'Office PC' });
  await new StartPage(app).chooseJoin();
  const code = app.page.getByLabel('Code', { exact: true });
  for (const text of ['hello', 'TB1-1W0T3-Y5ZHT', '<b>TB1-</b>']) {
    await code.fill(text);
    await app.page.getByRole('button', { name: 'Join', exact: true }).click();
    await expect(app.page.getByRole('alert')).toContainText('This code is not complete or was mistyped.');
    await expect(code).toHaveValue(text);
  }
  expect((await app.call('class.list', {})).items).toEqual([]);
});

test('a pasted address fills the form, whatever a legal one may hold', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  await goTo(app.page, 'Sync');
  await app.page.getByRole('button', { name: 'Set up' }).click();
  const form = new ServerForm(app);
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const paste = async (text: string): Promise<void> => {
    await app.page.evaluate((content) => navigator.clipboard.writeText(content), text);
    await form.field('host').fill('');
    await form.field('host').press('Control+v');
  };
  await paste('postgresql://teach%40er:p%3Aw%20d%E5%AF%86@db-1.school-a.edu/class%205B?sslmode=verify-full');
  await expect(form.field('host')).toHaveValue('db-1.school-a.edu');
  await expect(form.field('port')).toHaveValue('5432');
  await expect(form.field('database')).toHaveValue('class 5B');
  await expect(form.field('user')).toHaveValue('teach@er');
  await expect(form.field('password')).toHaveValue('p:w d密');
  await expect(form.field('password')).toHaveAttribute('type', 'password');
  await paste('postgres://u:p@[2001:db8::7]:6543/d');
  await expect(form.field('host')).toHaveValue('2001:db8::7');
  await expect(form.field('port')).toHaveValue('6543');
  await paste('postgres://u:p@host:99999/d');
  await expect(app.page.getByText('This is not a PostgreSQL address.')).toBeVisible();
});

test('a school server from nothing: set up with consent, uploaded, joined by another PC, and a foreign table untouched', async ({
  startApp,
  postgres,
}) => {
  const [a, b] = await Promise.all([startApp({ device: 'Room 301' }), startApp({ device: 'Office PC' })]);
  await newClass(a);
  const { config } = await postgres.createDatabase();
  await sql(config, 'CREATE TABLE public.users (id int PRIMARY KEY, name text)');
  await sql(config, "INSERT INTO public.users VALUES (1, 'admin')");
  const foreign = 'SELECT xmin::text, id, name FROM public.users';
  const before = await sql(config, foreign);

  await goTo(a.page, 'Sync');
  await a.page.getByRole('button', { name: 'Set up' }).click();
  const form = new ServerForm(a);
  await form.enter(config);
  await form.startTest();
  await expect(a.page.getByText(/^passed · /)).toBeVisible();
  await a.page.getByRole('button', { name: 'Save', exact: true }).click();
  await a.page.getByRole('button', { name: 'Set up this database' }).click();
  const consent = a.page.getByRole('dialog');
  await expect(consent).toContainText('everything else in this database stays untouched');
  expect(await sql(config, "SELECT 1 FROM pg_namespace WHERE nspname = 'tallybook'")).toEqual([]);
  await consent.getByText('Show the SQL').click();
  await expect(consent.getByText('CREATE SCHEMA')).toBeVisible();
  await consent.getByRole('button', { name: 'Set up', exact: true }).click();
  const preview = new PreviewPage(a);
  await preview.waitForList();
  await preview.run('sync');
  await preview.expectDone();

  await new StartPage(b).chooseJoin();
  await b.page.getByText('From a school server', { exact: true }).click();
  const joining = new ServerForm(b);
  await joining.enter(config);
  await b.page.getByRole('button', { name: 'Show classes' }).click();
  await expect(b.page.getByRole('radio', { name: '5B 3 students' })).toBeChecked();
  await b.page.getByRole('button', { name: 'Join this class' }).click();
  const fetched = new PreviewPage(b);
  await fetched.waitForList();
  await fetched.run('pull');
  await new ClassPage(b).goto();
  await expect(new ClassPage(b).cards).toHaveCount(3);
  expect(await readBook(b)).toEqual(await readBook(a));
  expect(await sql(config, foreign)).toEqual(before);
  await goTo(a.page, 'Sync');
  expect(await a.page.content()).not.toContain(config.password);
});
