import { expect } from '@playwright/test';
import type { WebSocketRoute } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('R4: what another caller of the engine does is shown by itself, and all of it is read again when the line comes back', async ({
  startConnected,
}) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { page } = made.app;
  const board = new ClassPage(made.app);
  const { badge } = new SyncPage(made.app);
  await expect(badge).toContainText('All safe');
  await made.award('Li W', 2);
  await expect(badge).toContainText('1 change waiting');
  await board.expectPoints('Li W', 2);

  let away = false;
  let socket: WebSocketRoute | undefined;
  await page.routeWebSocket(/\/line$/, (opened) => {
    if (away) {
      void opened.close();
      return;
    }
    socket = opened;
    opened.connectToServer();
  });
  await page.reload();
  await board.expectPoints('Li W', 2);
  away = true;
  await socket?.close();
  await expect(page.getByText(made.app.t('common:reconnecting'), { exact: false }).first()).toBeVisible();
  await made.award('Chen Yu', 3);
  await made.here('Li W', { name: 'Li Wei' });
  away = false;
  await expect(badge).toContainText('3 changes waiting');
  await board.expectPoints('Li Wei', 2);
  await board.expectPoints('Chen Yu', 3);
});
