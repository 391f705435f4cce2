import { EventEmitter } from 'node:events';
import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  MenuItemConstructorOptions,
  NotificationConstructorOptions,
} from 'electron';

/** A page of the double: what a `webContents` does for the main process, and what its preload script gave it. */
export class DoubleContents extends EventEmitter {
  readonly mainFrame: { url: string };
  /** What `contextBridge` put on the window, by name. */
  readonly world: Record<string, unknown> = {};
  readonly ipcRenderer = new EventEmitter();
  openHandler: ((details: { readonly url: string }) => unknown) | undefined;
  reloads = 0;
  destroyed = false;
  loading = false;

  constructor(url: string) {
    super();
    this.mainFrame = { url };
  }
  setWindowOpenHandler(handler: (details: { readonly url: string }) => unknown): void {
    this.openHandler = handler;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  isLoadingMainFrame(): boolean {
    return this.loading;
  }
  reload(): void {
    this.reloads += 1;
  }
  /** From the main process to the page; like the real one it copies and arrives later. */
  send(channel: string, ...values: readonly unknown[]): void {
    const copies = structuredClone(values);
    setImmediate(() => this.ipcRenderer.emit(channel, {}, ...copies));
  }
}

/** An event of Electron that a listener can prevent. */
export class DoubleEvent {
  prevented = false;
  preventDefault(): void {
    this.prevented = true;
  }
}

class DoubleApp extends EventEmitter {
  isPackaged = true;
  isFirst = true;
  readonly paths: Record<string, string> = {};
  readonly calls: string[] = [];
  readonly ready = Promise.withResolvers<void>();
  readonly exited = Promise.withResolvers<number>();

  enableSandbox(): void {
    this.calls.push('enableSandbox');
  }
  setPath(name: string, path: string): void {
    this.paths[name] = path;
  }
  requestSingleInstanceLock(): boolean {
    this.calls.push('requestSingleInstanceLock');
    return this.isFirst;
  }
  whenReady(): Promise<void> {
    this.calls.push('whenReady');
    return this.ready.promise;
  }
  getPreferredSystemLanguages(): string[] {
    return ['en-GB'];
  }
  quit(): void {
    const event = new DoubleEvent();
    this.emit('before-quit', event);
    if (!event.prevented) this.exited.resolve(0);
  }
  exit(code: number): void {
    this.exited.resolve(code);
  }
}

/** What the app asked of the session. */
class DoubleSession extends EventEmitter {
  permissionRequest:
    | ((contents: unknown, permission: string, answer: (granted: boolean) => void, details: object) => void)
    | undefined;
  permissionCheck: ((contents: unknown, permission: string, origin: string) => boolean) | undefined;
  devicePermission: ((details: object) => boolean) | undefined;
  spellChecker: boolean | undefined;
  beforeRequest:
    | ((details: { readonly url: string }, answer: (verdict: { readonly cancel?: boolean }) => void) => void)
    | undefined;
  readonly webRequest = {
    onBeforeRequest: (handler: DoubleSession['beforeRequest']): void => {
      this.beforeRequest = handler;
    },
  };
  setPermissionRequestHandler(handler: DoubleSession['permissionRequest']): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: DoubleSession['permissionCheck']): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: DoubleSession['devicePermission']): void {
    this.devicePermission = handler;
  }
  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled;
  }
}

/** A window of the double. */
export class DoubleWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: DoubleContents;
  readonly loaded: string[] = [];
  shown = 0;
  focused = 0;
  minimized = false;
  /** Whether it has the focus of the system. */
  inFront = false;
  destroyed = false;

  constructor(options: BrowserWindowConstructorOptions, contents: DoubleContents) {
    super();
    this.options = options;
    this.webContents = contents;
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.mainFrame.url = url;
    return Promise.resolve();
  }
  show(): void {
    this.shown += 1;
  }
  focus(): void {
    this.focused += 1;
  }
  restore(): void {
    this.minimized = false;
  }
  isVisible(): boolean {
    return this.shown > 0;
  }
  isFocused(): boolean {
    return this.inFront;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
}

/** A symbol in the system's tray. */
export class DoubleTray extends EventEmitter {
  image: DoubleImage;
  tooltip = '';
  menu: MenuItemConstructorOptions[] = [];
  destroyed = false;

  constructor(image: DoubleImage) {
    super();
    this.image = image;
  }
  setImage(image: DoubleImage): void {
    this.image = image;
  }
  setToolTip(text: string): void {
    this.tooltip = text;
  }
  setContextMenu(menu: MenuItemConstructorOptions[]): void {
    this.menu = menu;
  }
  destroy(): void {
    this.destroyed = true;
  }
}

/** A notice of the system. */
export class DoubleNotification extends EventEmitter {
  readonly options: NotificationConstructorOptions;
  shown = 0;

  constructor(options: NotificationConstructorOptions) {
    super();
    this.options = options;
  }
  show(): void {
    this.shown += 1;
  }
}

/** An image, as it was given. */
export class DoubleImage {
  readonly pngs: Buffer[] = [];
  template = false;

  addRepresentation({ buffer }: { readonly buffer: Buffer }): void {
    this.pngs.push(buffer);
  }
  setTemplateImage(is: boolean): void {
    this.template = is;
  }
}

/** The part of Electron the app uses, recording what it is asked for. */
export class ElectronDouble {
  readonly app = new DoubleApp();
  readonly ipcMain = new EventEmitter();
  readonly session = { defaultSession: new DoubleSession() };
  readonly windows: DoubleWindow[] = [];
  readonly schemes: CustomScheme[] = [];
  readonly protocols = new Map<string, (request: Request) => Promise<Response>>();
  readonly errorBoxes: (readonly [string, string])[] = [];
  readonly opened: string[] = [];
  readonly menus: MenuItemConstructorOptions[][] = [];
  readonly questions: object[] = [];
  messageBoxAnswer = 0;
  readonly nativeTheme = { shouldUseDarkColors: false };
  readonly shell = {
    openPath: (path: string): Promise<string> => {
      this.opened.push(path);
      return Promise.resolve('');
    },
  };
  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: readonly CustomScheme[]): void => void this.schemes.push(...schemes),
    handle: (scheme: string, handler: (request: Request) => Promise<Response>): void =>
      void this.protocols.set(scheme, handler),
  };
  readonly dialog = {
    showErrorBox: (title: string, text: string): void => void this.errorBoxes.push([title, text]),
    showMessageBox: (_window: unknown, options: object): Promise<{ readonly response: number }> => {
      this.questions.push(options);
      return Promise.resolve({ response: this.messageBoxAnswer });
    },
  };
  readonly Menu = {
    buildFromTemplate: (template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] => template,
    setApplicationMenu: (menu: MenuItemConstructorOptions[]): void => void this.menus.push(menu),
  };
  readonly trays: DoubleTray[] = [];
  /** Whether the system has a tray. */
  hasTray = true;
  readonly nativeImage = {
    createFromBuffer: (buffer: Buffer): DoubleImage => {
      const image = new DoubleImage();
      image.pngs.push(buffer);
      return image;
    },
  };
  readonly notifications: DoubleNotification[] = [];
  readonly Notification: (new (options: NotificationConstructorOptions) => DoubleNotification) & {
    readonly isSupported: () => boolean;
  };
  readonly Tray: new (image: DoubleImage) => DoubleTray;
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => DoubleWindow;
  /** The page whose preload script is being run. */
  #page: DoubleContents | undefined;
  readonly contextBridge = {
    exposeInMainWorld: (name: string, api: unknown): void => {
      if (this.#page !== undefined) this.#page.world[name] = api;
    },
  };

  constructor() {
    const add = (window: DoubleWindow): void => void this.windows.push(window);
    const newContents = (): DoubleContents => this.newContents('about:blank');
    const addTray = (tray: DoubleTray): void => {
      if (!this.hasTray) throw new Error('There is no tray');
      this.trays.push(tray);
    };
    this.Tray = class extends DoubleTray {
      constructor(image: DoubleImage) {
        super(image);
        addTray(this);
      }
    };
    const addNotification = (notification: DoubleNotification): void => void this.notifications.push(notification);
    this.Notification = class extends DoubleNotification {
      static isSupported(): boolean {
        return true;
      }
      constructor(options: NotificationConstructorOptions) {
        super(options);
        addNotification(this);
      }
    };
    this.BrowserWindow = class extends DoubleWindow {
      constructor(options: BrowserWindowConstructorOptions) {
        super(options, newContents());
        add(this);
      }
    };
  }

  /** A page, made known to the app as Electron does it. */
  newContents(url: string): DoubleContents {
    const contents = new DoubleContents(url);
    this.app.emit('web-contents-created', {}, contents);
    return contents;
  }

  /** One message of a page to the main process, from its top frame unless a test says otherwise; arrives later, as a copy. */
  sendToMain(
    contents: DoubleContents,
    channel: string,
    values: readonly unknown[],
    senderFrame: unknown = contents.mainFrame,
  ): void {
    const copies = structuredClone(values);
    setImmediate(() => this.ipcMain.emit(channel, { sender: contents, senderFrame }, ...copies));
  }

  /** What `require('electron')` gives the preload script of a page while `run` runs. */
  async withPage(contents: DoubleContents, run: () => Promise<void>): Promise<void> {
    this.#page = contents;
    try {
      await run();
    } finally {
      this.#page = undefined;
    }
  }

  get ipcRenderer() {
    const page = this.#page;
    if (page === undefined) return undefined;
    return {
      on: (channel: string, listener: (...values: unknown[]) => void) => page.ipcRenderer.on(channel, listener),
      send: (channel: string, ...values: unknown[]) => this.sendToMain(page, channel, values),
    };
  }
}
