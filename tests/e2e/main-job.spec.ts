import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { PreviewPage } from './support/preview-page.ts';
import { readBook } from './support/shared-class.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

// A server is made from nothing, and six thousand rows go up and down.
test.describe.configure({ timeout: 180_000 });

test('two devices share a class from nothing: share, join with the code, preview, pull, and points of both add up (S5, P2, P4)', async ({
  startApp,
}) => {
  const [a, b] = await Promise.all([startApp({ device: 'Room 301' }), startApp()]);
  const [boardA, boardB] = [new ClassPage(a), new ClassPage(b)];
  const [previewA, previewB] = [new PreviewPage(a), new PreviewPage(b)];

  await new StartPage(a).openSample();
  await expect(boardA.cards).toHaveCount(45);
  const syncA = new SyncPage(a);
  await syncA.goto();
  const code = await syncA.share();
  for (const name of ['Copy code', 'See what will be sent']) {
    const button = a.page.getByRole('button', { name, exact: true });
    await expect(button).toBeInViewport({ ratio: 1 });
    expect((await button.boundingBox())?.height, name).toBeGreaterThanOrEqual(44);
  }
  await syncA.seeUpload();
  await previewA.waitForList();
  const uploaded = await previewA.counts();
  expect(uploaded.length).toBeGreaterThan(2);
  for (const count of uploaded) expect(count).toMatch(/added to the server$/);
  await previewA.run('sync');
  await previewA.expectDone();

  const startB = new StartPage(b);
  await startB.nameDevice('Office PC');
  await startB.chooseJoin();
  await b.page.getByLabel('Code', { exact: true }).fill(code);
  await b.page.getByRole('button', { name: 'Join', exact: true }).click();
  await previewB.waitForList();
  const fetched = await previewB.counts();
  for (const count of fetched) expect(count).toMatch(/added here$/);
  expect(fetched.map((count) => count.replace('here', 'to the server'))).toEqual(uploaded);
  await previewB.run('pull');
  await previewB.expectDone();
  await boardB.goto();
  expect(await boardB.read()).toBe(await boardA.goto().then(() => boardA.read()));
  const before = await readBook(a);
  expect(await readBook(b)).toEqual(before);

  await a.call('server.stop', {});
  const [name = ''] = await boardA.names();
  const [, other = ''] = await boardB.names();
  await boardA.awardOther(name, '5', 'Read aloud');
  await boardB.award(name, '+2');
  await boardB.award(other, '−1');
  await a.call('server.start', {});
  for (const preview of [previewA, previewB, previewA]) await preview.syncAll();
  await previewB.open();
  await expect(previewB.bothSame).toBeVisible();

  const after = await readBook(a);
  expect(await readBook(b)).toEqual(after);
  expect(after.sum).toBe(before.sum + 5 + 2 - 1);
  await Promise.all([boardA.goto(), boardB.goto()]);
  expect(await boardB.read()).toBe(await boardA.read());

  // Nobody starts the server by hand after the PC that shares was off.
  await a.restart();
  await expect.poll(async () => (await a.call('server.status', {})).state, { timeout: 60_000 }).toBe('running');
  await previewB.open();
  await expect(previewB.bothSame).toBeVisible();
});
