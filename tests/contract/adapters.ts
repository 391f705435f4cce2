import { fileURLToPath } from 'node:url';
import type { IpcMain } from 'electron';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { openBridge } from '../../electron/bridge/bridge.ts';
import { pageAddress } from '../../electron/desktop/page-address.ts';
import { servePageLines } from '../../electron/desktop/page-line.ts';
import { clientOf } from '../../electron/engine/host-client.ts';
import type { EngineHost } from '../../electron/engine/host.ts';
import { openClient } from '../../renderer/api.ts';
import type { Client } from '../../shared/contract/client.ts';
import { ElectronDouble } from '../support/electron-double.ts';
import type { DoubleContents } from '../support/electron-double.ts';
import { loadWithElectron } from '../support/load-with-electron.ts';

/** A caller of the contract over one of the three lines. */
export interface Adapter extends AsyncDisposable {
  readonly client: Client;
  /** Breaks the line without either side wanting it; only the bridge has a line that can break. */
  breakLine?(): void;
  /** Loads the page anew: another client on a line of its own. */
  reload?(): Promise<Client>;
}

const log = { write: () => undefined };
const preload = fileURLToPath(new URL('../../electron/preload.ts', import.meta.url));
/** Any folder with a page; what it shows does not matter here. */
const pageFolder = fileURLToPath(new URL('../../renderer/', import.meta.url));

/** The callers' sides, all over the same kind of host. The page's own code makes the client of the desktop and of the bridge. */
export const adapters = {
  'in process': (host: EngineHost): Promise<Adapter> => {
    const client = clientOf(host);
    return Promise.resolve({ client, [Symbol.asyncDispose]: () => Promise.resolve(client.close()) });
  },
  bridge: openBridgeAdapter,
  desktop: openDesktopAdapter,
} as const;
export type AdapterName = keyof typeof adapters;

async function openBridgeAdapter(host: EngineHost): Promise<Adapter> {
  const bridge = await openBridge({ host, pageFolder, log });
  const origin = `http://127.0.0.1:${bridge.port}`;
  const sockets: WebSocket[] = [];
  class PageSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { origin });
      sockets.push(this);
    }
  }
  const stored = new Map<string, string>();
  vi.stubGlobal('window', {});
  vi.stubGlobal('WebSocket', PageSocket);
  vi.stubGlobal('location', {
    hash: `#token=${bridge.token}`,
    host: `127.0.0.1:${bridge.port}`,
    pathname: '/',
    search: '',
  });
  vi.stubGlobal('history', { state: null, replaceState: () => undefined });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  const client = openClient();
  return {
    client,
    breakLine: () => sockets.at(-1)?.terminate(),
    async [Symbol.asyncDispose]() {
      client.close();
      await bridge.close();
      vi.unstubAllGlobals();
    },
  };
}

async function openDesktopAdapter(host: EngineHost): Promise<Adapter> {
  const electron = new ElectronDouble();
  const contents = electron.newContents(pageAddress);
  // The double is an emitter like the real one and delivers the same events.
  servePageLines({
    ipcMain: electron.ipcMain as unknown as IpcMain,
    host,
    log,
    isOurs: (sender) => (sender as unknown) === contents,
  });
  const client = await loadPage(electron, contents);
  return {
    client,
    reload: () => loadPage(electron, contents),
    [Symbol.asyncDispose]() {
      client.close();
      contents.emit('destroyed');
      vi.unstubAllGlobals();
      return Promise.resolve();
    },
  };
}

async function loadPage(electron: ElectronDouble, contents: DoubleContents): Promise<Client> {
  contents.ipcRenderer.removeAllListeners();
  await electron.withPage(contents, () => loadWithElectron(preload, electron));
  vi.stubGlobal('window', contents.world);
  return openClient();
}
