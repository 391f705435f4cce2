import type { MenuItemConstructorOptions } from 'electron';
import { expect, test, vi } from 'vitest';
import type { DoubleTray } from '../support/electron-double.ts';
import { callFromPage, loadPage, startDesktop } from './start-desktop.ts';

function labelsOf({ menu }: DoubleTray): readonly (string | undefined)[] {
  return menu.flatMap(({ type, label }) => (type === 'separator' ? [] : [label]));
}

function click(menu: readonly MenuItemConstructorOptions[], label: string): void {
  const found = menu.find((entry) => entry.label === label);
  if (found === undefined) throw new Error(`no entry ${label} in ${menu.map((entry) => entry.label).join()}`);
  // What the app does not look at.
  (found.click as (() => void) | undefined)?.();
}

async function firstTray(trays: readonly DoubleTray[]): Promise<DoubleTray> {
  return await vi.waitFor(
    () => {
      const [tray] = trays;
      if (tray === undefined) throw new Error('no tray yet');
      return tray;
    },
    { timeout: 15_000, interval: 20 },
  );
}

const patient = { timeout: 15_000, interval: 20 };

test('R3: the tray says how the open class stands, and follows it and the language', async () => {
  const { electron, window } = await startDesktop();
  const tray = await firstTray(electron.trays);
  expect(tray.tooltip).toBe('Tallybook');
  const before = tray.image;
  const page = await loadPage(electron, window);
  const answer = await callFromPage(page, 'class.create', { name: '5B', students: ['Li Wei'] });
  const { id: classId } = (answer as { readonly result: { readonly id: string } }).result;
  await callFromPage(page, 'class.open', { classId });
  await vi.waitFor(() => expect(tray.tooltip).toBe('Tallybook · 5B: Only on this PC'), patient);
  expect(labelsOf(tray)[0]).toBe('Only on this PC · 0 entries in 7 days');
  // Nothing of its look has changed.
  expect(tray.image).toBe(before);
  await callFromPage(page, 'app.setLanguage', { language: 'zh-CN' });
  await vi.waitFor(() => expect(labelsOf(tray)).toContain('退出 Tallybook'), patient);
  expect(tray.tooltip).toBe('Tallybook · 5B：只在本机');
});

test('R3: its image reads on light and on dark, on screens of either kind', async () => {
  const { electron } = await startDesktop();
  const { image } = await firstTray(electron.trays);
  expect(image.template).toBe(process.platform === 'darwin');
  const [one, two] = image.pngs.map((png) => png.readUInt32BE(16));
  expect(two).toBe(2 * (one ?? 0));
});

test('“Sync now” opens the window and the small sheet of its page; “Open” opens the window', async () => {
  const { electron, window } = await startDesktop();
  const tray = await firstTray(electron.trays);
  const page = await loadPage(electron, window);
  const commands: string[] = [];
  page.onCommand((command) => commands.push(command));
  await callFromPage(page, 'class.list', {});
  click(tray.menu, 'Sync now…');
  await vi.waitFor(() => expect(commands).toEqual(['sync']), patient);
  expect(window.focused).toBe(1);
  click(tray.menu, 'Open Tallybook');
  expect(window.focused).toBe(2);
});

test('“Sync now” reaches a page that is still being loaded, and one that does not listen yet', async () => {
  const { electron, window } = await startDesktop();
  const tray = await firstTray(electron.trays);
  window.webContents.loading = true;
  const sent = vi.spyOn(window.webContents, 'send');
  click(tray.menu, 'Sync now…');
  expect(sent).not.toHaveBeenCalled();
  const page = await loadPage(electron, window);
  window.webContents.loading = false;
  window.webContents.emit('did-finish-load');
  await callFromPage(page, 'class.list', {});
  const commands: string[] = [];
  page.onCommand((command) => commands.push(command));
  expect(commands).toEqual(['sync']);
});

test('keeping in sync, where it needs a PIN, is switched in the window, which opens for it', async () => {
  const { electron, window } = await startDesktop();
  const tray = await firstTray(electron.trays);
  const page = await loadPage(electron, window);
  const commands: string[] = [];
  page.onCommand((command) => commands.push(command));
  const answer = await callFromPage(page, 'class.create', { name: '5B', students: ['Li Wei'] });
  const { id: classId } = (answer as { readonly result: { readonly id: string } }).result;
  await callFromPage(page, 'class.open', { classId });
  const connection = {
    name: 'School',
    host: 'db.school.example',
    port: 5432,
    database: 'school',
    user: 'anna',
    tls: 'require',
    mode: 'two-way',
  };
  await callFromPage(page, 'connection.add', { classId, connection });
  await callFromPage(page, 'pin.set', { level: 'admin', pin: '258036' });
  await vi.waitFor(() => expect(tray.tooltip).toContain('Not synced yet'), patient);
  click(tray.menu, 'Keep in sync');
  await vi.waitFor(() => expect(commands).toEqual(['keep-on']), patient);
  expect(window.focused).toBe(1);
});

test('what the menus offer of the page reaches the page', async () => {
  const { electron, window } = await startDesktop();
  const page = await loadPage(electron, window);
  const commands: string[] = [];
  page.onCommand((command) => commands.push(command));
  await callFromPage(page, 'class.list', {});
  const entries = (electron.menus.at(-1) ?? []).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  for (const label of ['Sync…', 'Settings', 'Find', 'Refresh']) click(entries, label);
  await vi.waitFor(() => expect(commands).toEqual(['sync', 'settings', 'find', 'refresh']), patient);
});

test('“Quit” in the tray ends the app, and the symbol goes with it', async () => {
  const { electron } = await startDesktop();
  const tray = await firstTray(electron.trays);
  click(tray.menu, 'Quit Tallybook');
  expect(await electron.app.exited.promise).toBe(0);
  expect(tray.destroyed).toBe(true);
});

test('where the system has no tray the app goes on, and closing its window ends it', async () => {
  const { electron, window } = await startDesktop({ prepare: (double) => (double.hasTray = false) });
  const page = await loadPage(electron, window);
  expect(await callFromPage(page, 'class.list', {})).toMatchObject({ result: { items: [] } });
  expect(electron.trays).toEqual([]);
  electron.app.emit('window-all-closed');
  expect(await electron.app.exited.promise).toBe(0);
});
