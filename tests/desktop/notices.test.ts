import { expect, test, vi } from 'vitest';
import { callFromPage, loadPage, startDesktop } from './start-desktop.ts';

const patient = { timeout: 30_000, interval: 50 };

test('P7: continuous sync that halts while nobody sees the window is told by the system, once, and a click opens the list', async () => {
  const { electron, window } = await startDesktop();
  const page = await loadPage(electron, window);
  const commands: string[] = [];
  page.onCommand((command) => commands.push(command));
  const made = await callFromPage(page, 'class.create', { name: '5B', students: ['Li Wei'] });
  const { id: classId } = (made as { readonly result: { readonly id: string } }).result;
  await callFromPage(page, 'class.open', { classId });
  const connection = {
    name: 'School',
    host: '127.0.0.1',
    port: 9,
    database: 'school',
    user: 'anna',
    tls: 'disable',
    mode: 'two-way',
  };
  const added = await callFromPage(page, 'connection.add', { classId, connection });
  const { id: connectionId } = (added as { readonly result: { readonly id: string } }).result;
  // A round without a password needs somebody to give one: it halts.
  await callFromPage(page, 'continuous.set', { classId, connectionId, change: { on: true } });
  await callFromPage(page, 'continuous.round', { classId, connectionId });
  await vi.waitFor(() => expect(electron.notifications).toHaveLength(1), patient);
  const [notice] = electron.notifications;
  expect(notice?.shown).toBe(1);
  expect(notice?.options.title).toBe('Sync of 5B stopped');
  expect(JSON.stringify(notice?.options)).not.toContain('Li Wei');
  await callFromPage(page, 'continuous.round', { classId, connectionId });
  await callFromPage(page, 'class.status', { classId });
  expect(electron.notifications).toHaveLength(1);
  notice?.emit('click');
  await vi.waitFor(() => expect(commands).toEqual(['list']), patient);
  expect(window.focused).toBe(1);
});
