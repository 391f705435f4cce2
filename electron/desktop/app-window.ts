import { BrowserWindow, nativeTheme } from 'electron';
import { pageAddress } from './page-address.ts';

/** What a window of the app is made with. */
export interface AppWindowOptions {
  /** The bundled preload script. */
  readonly preload: string;
  /** Whether the developer tools can be opened. */
  readonly withTools: boolean;
}

/** The page's own background, so that nothing flashes before it is drawn. */
const background = { light: '#f5f6f8', dark: '#14181d' } as const;

/** Opens the window; it appears when the page has been drawn. */
export function openAppWindow({ preload, withTools }: AppWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1366,
    height: 800,
    minWidth: 360,
    minHeight: 480,
    show: false,
    title: 'Tallybook',
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      safeDialogs: true,
      devTools: withTools,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(pageAddress);
  return window;
}

/** Brings the window to the front, whatever state it is in. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Whether somebody has the window before their eyes, as far as the system tells. */
export function isSeen(window: BrowserWindow): boolean {
  return !window.isDestroyed() && window.isVisible() && !window.isMinimized() && window.isFocused();
}
