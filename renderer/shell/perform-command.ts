import { create } from 'zustand';
import type { ShellCommand } from '../../shared/contract/shell-command.ts';
import { call } from '../client.ts';
import { useApp } from '../features/app/app-store.ts';
import { statusStore } from '../features/app/status-store.ts';
import { href, navigate } from '../router.ts';
import { toAppError } from '../to-app-error.ts';

/** Whether the small sheet of sync is open, wherever that was asked for. */
export const useSyncSheet = create<{ readonly open: boolean }>()(() => ({ open: false }));

/** Opens or closes the small sheet of sync. */
export function showSyncSheet(open: boolean): void {
  useSyncSheet.setState({ open });
}

/**
 * Does what was chosen in a menu of the desktop or in the tray. What has a key in the page does what that key does, where the focus is: a page that does not know the
 * key passes over it, and so does a dialog that is open.
 */
export function performCommand(command: ShellCommand): void {
  switch (command) {
    case 'sync':
      // Without a connection there is nothing to sync with: the page says how to get one.
      return statusStore.use.getState().data?.connection == null ? navigate(href('sync')) : showSyncSheet(true);
    case 'list': {
      const connection = statusStore.use.getState().data?.connection ?? null;
      return navigate(href(connection === null ? 'sync' : `sync/preview/${connection.id}`));
    }
    case 'settings':
      return navigate(href('settings'));
    case 'find':
      if (press({ key: 'f', code: 'KeyF', ctrlKey: true }) && document.querySelector('[role="dialog"]') === null)
        document.querySelector<HTMLElement>(searchBox)?.focus();
      return;
    case 'refresh':
      press({ key: 'F5', code: 'F5' });
      return;
    case 'keep-on':
    case 'keep-off':
      void keepInSync(command === 'keep-on');
  }
}

/** Switches keeping the open class in sync on or off, asking for the PIN it needs. Of the class the engine has open: the page may not have read it yet. */
async function keepInSync(on: boolean): Promise<void> {
  try {
    const { lastClassId: classId } = await call('app.state', {});
    if (classId === null) return;
    const { connection } = await call('class.status', { classId });
    if (connection !== null) await call('continuous.set', { classId, connectionId: connection.id, change: { on } });
  } catch (caught) {
    // Whoever gave no PIN knows why nothing was switched.
    if (toAppError(caught).code !== 'needs-pin') useApp.getState().fail(caught);
  }
}

const searchBox = '#main input[type="search"]';

/** Presses a key where the focus is; true where nothing in the page took it. */
function press(key: KeyboardEventInit): boolean {
  const event = new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true });
  return (document.activeElement ?? document.body).dispatchEvent(event);
}
