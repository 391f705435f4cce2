import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ElectronDouble } from './electron-double.ts';
import type * as NativeImport from './native-import.ts';

const require = createRequire(import.meta.url);
const { nativeImport } = require('./native-import.ts') as typeof NativeImport;
const list =
  'app, BrowserWindow, contextBridge, dialog, ipcMain, ipcRenderer, Menu, nativeImage, nativeTheme, Notification, protocol, session, shell, Tray';
const scheme = 'electron-double:';
let current: ElectronDouble | undefined;
let loads = 0;

Object.defineProperty(globalThis, '__electronDouble', { get: () => current });

/** Stands in for the package `electron`, which without a runtime would try to download one when it is loaded. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'electron') return next(specifier, context);
    const format = context.conditions.includes('require') ? 'commonjs' : 'module';
    return { url: `${scheme}${format}-${loads}`, format, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith(scheme)) return next(url, context);
    if (url.startsWith(`${scheme}commonjs`)) {
      const source = `const { ${list} } = globalThis.__electronDouble; module.exports = { ${list} };`;
      return { format: 'commonjs', source, shortCircuit: true };
    }
    const source = `export const { ${list} } = globalThis.__electronDouble;`;
    return { format: 'module', source, shortCircuit: true };
  },
});

/** Runs a file anew in this process with the double in the place of Electron; one at a time. */
export async function loadWithElectron(file: string, double: ElectronDouble): Promise<void> {
  current = double;
  loads += 1;
  try {
    if (file.endsWith('.cjs')) {
      const isOld = (key: string): boolean => key === file || key.startsWith(scheme);
      for (const key of Object.keys(require.cache).filter(isOld)) delete require.cache[key];
      require(file);
    } else {
      await nativeImport(`${pathToFileURL(file).href}?load=${loads}`);
    }
  } finally {
    current = undefined;
  }
}
