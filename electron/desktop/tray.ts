import { Menu, nativeImage, Tray } from 'electron';
import type { MenuItemConstructorOptions, NativeImage } from 'electron';
import type { StateIcon } from '../../shared/sync/badge-state.ts';
import type { Log } from '../engine/log.ts';
import { describeError } from '../engine/describe-error.ts';
import { drawIcon, type IconLook } from './draw-icon.ts';
import { iconOutlines } from './icon-outlines.ts';
import type { KeptConnection, TrayEntry, TrayView } from './tray-view.ts';

/** What the entries of the tray do. */
export interface TrayActions {
  open(): void;
  sync(): void;
  keepInSync(of: KeptConnection, on: boolean): void;
  quit(): void;
}

/** The symbol in the system's tray. */
export interface SystemTray {
  show(view: TrayView): void;
  remove(): void;
}

/** Sides of a symbol in points, by system; each is drawn for screens of one and of two pixels a point. */
const sizes: Partial<Record<NodeJS.Platform, number>> = { darwin: 16, win32: 16 };
const usualSize = 24;

/**
 * The tray of this system. Where there is none (some desktops of Linux) nothing is shown, or nobody sees it: nothing of the app may be reached through it alone, and
 * it never keeps the app when the window is closed.
 */
export function openTray(actions: TrayActions, platform: NodeJS.Platform, log: Log): SystemTray {
  let tray: Tray | undefined;
  let failed = false;
  let shown: TrayView | undefined;
  let pressed = false;

  const noting: TrayActions = {
    ...actions,
    keepInSync(of, on) {
      pressed = true;
      actions.keepInSync(of, on);
    },
  };
  function show(view: TrayView): void {
    if (tray === undefined) {
      tray = new Tray(imageOf(view.icon, platform));
      // Where the system has a menu for this click, it opens by itself.
      tray.on('click', () => platform !== 'darwin' && actions.open());
    } else if (shown?.icon !== view.icon) tray.setImage(imageOf(view.icon, platform));
    if (shown?.tooltip !== view.tooltip) tray.setToolTip(view.tooltip);
    // Linux shows a change of an entry only when the menu is set anew; one that is open would close for nothing.
    // The system sets or takes the mark of one that was pressed, whatever came of it.
    if (pressed || JSON.stringify(shown?.menu) !== JSON.stringify(view.menu))
      tray.setContextMenu(Menu.buildFromTemplate(view.menu.map((entry) => menuItem(entry, noting))));
    pressed = false;
    shown = view;
  }
  return {
    show(view) {
      if (failed) return;
      try {
        show(view);
      } catch (error) {
        failed = true;
        log.write('warn', 'tray.failed', describeError(error));
      }
    },
    remove: () => tray?.destroy(),
  };
}

function menuItem(entry: TrayEntry, actions: TrayActions): MenuItemConstructorOptions {
  switch (entry.kind) {
    case 'separator':
      return { type: 'separator' };
    case 'state':
      return { label: entry.label, enabled: false };
    case 'keep': {
      const { label, enabled, checked, of } = entry;
      const click = (): void => {
        if (of !== null) actions.keepInSync(of, !checked);
      };
      return { type: 'checkbox', label, enabled, checked, click };
    }
    case 'open':
    case 'sync':
    case 'quit': {
      const { kind, label, enabled } = entry;
      return { label, enabled, click: () => actions[kind]() };
    }
  }
}

function imageOf(icon: StateIcon, platform: NodeJS.Platform): NativeImage {
  const look: IconLook = platform === 'darwin' ? 'template' : 'tile';
  const size = sizes[platform] ?? usualSize;
  const image = nativeImage.createFromBuffer(drawIcon(iconOutlines[icon], size, look), { scaleFactor: 1 });
  image.addRepresentation({ scaleFactor: 2, buffer: drawIcon(iconOutlines[icon], size * 2, look) });
  image.setTemplateImage(look === 'template');
  return image;
}
