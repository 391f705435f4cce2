import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openBridge } from '../../electron/bridge/bridge.ts';
import type { Bridge } from '../../electron/bridge/bridge.ts';
import type { BridgeLimits } from '../../electron/bridge/limits.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { tempFolder } from './temp-folder.ts';

/** A real engine behind a real bridge that serves a page of two files, for one test. */
export interface TempBridge {
  readonly bridge: Bridge;
  readonly engine: Engine;
  readonly dataFolder: string;
}

/** Opens it; everything is closed when the test has finished. */
export async function tempBridge(limits: Partial<BridgeLimits> = {}): Promise<TempBridge> {
  const root = tempFolder();
  const dataFolder = join(root, 'data');
  const pageFolder = join(root, 'page');
  mkdirSync(join(pageFolder, 'assets'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'outside the page');
  writeFileSync(
    join(pageFolder, 'index.html'),
    '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script src="./assets/page.js"></script>',
  );
  writeFileSync(join(pageFolder, 'assets', 'page.js'), 'document.title = "Tallybook";');
  const engine = createEngine({ dataFolder, version: '1.0.0', checkResults: true });
  onTestFinished(() => engine.close());
  const bridge = await openBridge({ host: engine, pageFolder, log: { write: () => undefined }, limits });
  onTestFinished(() => bridge.close());
  return { bridge, engine, dataFolder };
}
