import { expect } from '@playwright/test';
import { test } from '../e2e/support/test.ts';

test('the token leaves the address as soon as the page has it, and a reload needs it no more', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301 PC' });
  await expect(app.page.getByRole('button').first()).toBeVisible();
  expect(app.page.url()).not.toContain('token');
  await app.page.reload();
  await expect(app.page.getByRole('button').first()).toBeVisible();
});

test('the page keeps to its policy: nothing of another origin loads, and no code from a text runs', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301 PC' });
  await expect(app.page.getByRole('button').first()).toBeVisible();
  app.expectProblems(/Content Security Policy|violates/i);
  const reached = await app.page.evaluate(() =>
    fetch('https://tallybook.example/').then(
      () => true,
      () => false,
    ),
  );
  expect(reached).toBe(false);
  const ran = await app.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    const button = document.createElement('button');
    button.setAttribute('onclick', 'window.ran = true');
    document.body.append(button);
    button.click();
    return Reflect.get(window, 'ran') as unknown;
  });
  expect(ran).toBeUndefined();
});

test('another site can neither frame the page nor talk to the app', async ({ startApp, browser }) => {
  const app = await startApp({ device: 'Room 301 PC' });
  const { origin, token } = app.shell;
  const context = await browser.newContext();
  const foreign = await context.newPage();
  await foreign.route('http://tallybook.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${origin}/"></iframe>` }),
  );
  await foreign.goto('http://tallybook.example/');
  const answers = await foreign.evaluate(
    async ({ address, secret }) => {
      const opened = await new Promise<string>((resolve) => {
        const line = `${address.replace('http', 'ws')}/line`;
        const socket = new WebSocket(line, ['tallybook.1', `token.${secret}`]);
        socket.addEventListener('open', () => resolve('open'));
        socket.addEventListener('error', () => resolve('refused'));
      });
      const read = await fetch(`${address}/`).then(
        () => 'read',
        () => 'refused',
      );
      return { opened, read };
    },
    { address: origin, secret: token },
  );
  expect(answers).toEqual({ opened: 'refused', read: 'refused' });
  const frame = foreign.frames().find((one) => one !== foreign.mainFrame());
  expect(await frame?.locator('#root').count()).toBe(0);
  await context.close();
});

test('a page without the token says that the app has to be opened, instead of waiting for ever', async ({
  startApp,
  browser,
}) => {
  const app = await startApp({ device: 'Room 301 PC' });
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${app.shell.origin}/`);
  await expect(page.getByText('This address alone does not open Tallybook.')).toBeVisible();
  await context.close();
});
