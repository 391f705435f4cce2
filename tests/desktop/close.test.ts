import { expect, test, vi } from 'vitest';
import { DoubleEvent } from '../support/electron-double.ts';
import type { DoubleWindow, ElectronDouble } from '../support/electron-double.ts';
import { callFromPage, loadPage, startDesktop } from './start-desktop.ts';

/** Closes a window as a person does; answers whether the page was asked instead. */
function close(window: DoubleWindow): boolean {
  const event = new DoubleEvent();
  window.emit('close', event);
  return event.prevented;
}

/** Opens the page of a window so far that it can be asked; answers what is called then. */
async function askable(electron: ElectronDouble, window: DoubleWindow) {
  const page = await loadPage(electron, window);
  const asked = vi.fn<() => void>();
  page.onCloseAsked(asked);
  // Messages keep their order: once this is answered, the one before has arrived.
  await callFromPage(page, 'class.list', {});
  return { page, asked };
}

test('P10: a window whose page is not there yet closes at once', async () => {
  const { window } = await startDesktop();
  expect(close(window)).toBe(false);
});

test('P10: closing the window asks the page, which ends the app when it may', async () => {
  const { electron, window } = await startDesktop();
  const { page, asked } = await askable(electron, window);
  expect(close(window)).toBe(true);
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  await callFromPage(page, 'app.quit', {});
  expect(await electron.app.exited.promise).toBe(0);
});

test('P10: “Quit” of the menu asks the page too, and who stays goes on', async () => {
  const { electron, window } = await startDesktop();
  const { page, asked } = await askable(electron, window);
  electron.app.quit();
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  expect(await callFromPage(page, 'class.list', {})).toMatchObject({ result: { items: [] } });
  await callFromPage(page, 'app.quit', {});
});

test('P10: a page that does not answer keeps nobody from closing', async () => {
  const { electron, window } = await startDesktop();
  await askable(electron, window);
  // The page hangs: nothing that is sent to it arrives.
  window.webContents.ipcRenderer.removeAllListeners();
  expect(close(window)).toBe(true);
  expect(await electron.app.exited.promise).toBe(0);
});

test('P10: whoever ends the program from outside is not kept by a question nobody reads', async () => {
  const { electron, window } = await startDesktop();
  const { asked } = await askable(electron, window);
  process.emit('SIGTERM');
  expect(await electron.app.exited.promise).toBe(0);
  expect(asked).not.toHaveBeenCalled();
});

test('P10: who asks a third time is let go, and a system that goes down is not kept', async () => {
  const { electron, window } = await startDesktop();
  await askable(electron, window);
  expect([close(window), close(window), close(window)]).toEqual([true, true, false]);
  window.emit('query-session-end', {});
  expect(close(window)).toBe(false);
});

test('P10: a page that was loaded anew and has not said yet that it can be asked is not waited for', async () => {
  const { electron, window } = await startDesktop();
  await askable(electron, window);
  window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
  expect(close(window)).toBe(true);
  window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
  expect(close(window)).toBe(false);
});
