/**
 * `npm run dev -- [arguments of the app]`: the browser shell, built again whenever a source changes.
 *
 * A change of the page reloads the page; a change of the engine or a shell starts the shell anew. Both come from a real
 * build through the real bridge, so what works here works in the app.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from 'electron-vite';
import { build, mergeConfig } from 'vite';
import type { InlineConfig, Plugin } from 'vite';
import { reloadPage } from '../lib/reload-page.ts';
import { shellRunner } from '../lib/shell-runner.ts';
import { root } from '../setup/places.mjs';

type Watched = { readonly close: () => Promise<void> };

process.chdir(root);
// What is built here is for development; the next `npm start` must not take it for its own.
rmSync(join(root, 'out', '.built-from'), { force: true });

const { config } = await resolveConfig({ root, mode: 'development', logLevel: 'warn' }, 'build', 'development');
const shell = shellRunner(join(root, 'out', 'main', 'browser.js'), process.argv.slice(2));

/** Builds one part and watches it; resolves after the first build. */
async function watch(
  part: InlineConfig | undefined,
  onBuilt: () => unknown,
  plugins: readonly Plugin[] = [],
): Promise<Watched> {
  const watching = { plugins, build: { watch: {}, minify: false, sourcemap: true } };
  const watcher = await build(mergeConfig(part ?? {}, watching));
  if (!('on' in watcher)) throw new Error('The build does not watch its sources.');
  await new Promise<void>((resolve) => {
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') console.error(event.error.message);
      if (event.code === 'BUNDLE_END') void event.result.close();
      if (event.code !== 'END') return;
      resolve();
      onBuilt();
    });
  });
  return watcher;
}

const reload = reloadPage(join(root, 'out', 'renderer'));
const page = await watch(config?.renderer, () => console.log('Page built.'), [reload]);
const engine = await watch(config?.main, () => shell.restart());

async function end(): Promise<void> {
  await Promise.all([page.close(), engine.close(), shell.stop()]);
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end());
