import type { MenuItemConstructorOptions } from 'electron';
import type { i18n } from 'i18next';
import type { ShellCommand } from '../../shared/contract/shell-command.ts';

/** What the menu's own entries do. */
export interface MenuActions {
  openDataFolder(): void;
  /** Does something in the page. */
  command(command: ShellCommand): void;
}

/** The menu in the language of the texts. Editing entries must exist for copy and paste to work on macOS. */
export function appMenu(
  texts: i18n,
  platform: NodeJS.Platform,
  withTools: boolean,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  // The page has its keys itself; the menu only says which.
  const inPage = (
    command: Exclude<ShellCommand, 'list' | 'keep-on' | 'keep-off'>,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    label: texts.t(`shell:menu.${command}`),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
    click: () => actions.command(command),
  });
  const about: MenuItemConstructorOptions = { role: 'about', label: texts.t('shell:menu.about') };
  const appEntries: MenuItemConstructorOptions = {
    label: texts.t('shell:menu.app'),
    submenu: [
      about,
      separator,
      { role: 'hide', label: texts.t('shell:menu.hide') },
      { role: 'hideOthers', label: texts.t('shell:menu.hideOthers') },
      { role: 'unhide', label: texts.t('shell:menu.unhide') },
      separator,
      { role: 'quit', label: texts.t('shell:menu.quit') },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: texts.t('shell:menu.file'),
    submenu: [
      inPage('sync'),
      inPage('settings'),
      separator,
      { label: texts.t('shell:menu.openFolder'), click: () => actions.openDataFolder() },
      separator,
      isMac
        ? { role: 'close', label: texts.t('shell:menu.close') }
        : { role: 'quit', label: texts.t('shell:menu.quit') },
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: texts.t('shell:menu.edit'),
    submenu: [
      { role: 'undo', label: texts.t('shell:menu.undo') },
      { role: 'redo', label: texts.t('shell:menu.redo') },
      separator,
      { role: 'cut', label: texts.t('shell:menu.cut') },
      { role: 'copy', label: texts.t('shell:menu.copy') },
      { role: 'paste', label: texts.t('shell:menu.paste') },
      { role: 'selectAll', label: texts.t('shell:menu.selectAll') },
      separator,
      inPage('find', 'CmdOrCtrl+F'),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: texts.t('shell:menu.view'),
    submenu: [
      inPage('refresh', 'F5'),
      separator,
      { role: 'zoomIn', label: texts.t('shell:menu.zoomIn') },
      { role: 'zoomOut', label: texts.t('shell:menu.zoomOut') },
      { role: 'resetZoom', label: texts.t('shell:menu.resetZoom') },
      separator,
      { role: 'togglefullscreen', label: texts.t('shell:menu.fullScreen') },
      ...(withTools
        ? ([
            separator,
            { role: 'reload', label: texts.t('shell:menu.reload') },
            { role: 'toggleDevTools' },
          ] satisfies MenuItemConstructorOptions[])
        : []),
    ],
  };
  const help: MenuItemConstructorOptions = { label: texts.t('shell:menu.help'), submenu: [about] };
  // macOS has what there is to know in the menu of the app.
  return isMac ? [appEntries, file, edit, view] : [file, edit, view, help];
}
