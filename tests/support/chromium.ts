import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBrowser } from '../../electron/bridge/find-browser.ts';
import { fontConfigFile, prepareFonts } from './fonts.ts';
import { packageVersion } from './package-folder.ts';
import { fillOnce, privateFolder } from './private-folder.ts';

/** How to start the Chromium of the tests; the shape of Playwright's launch options. */
export type ChromiumLaunch = {
  readonly executablePath: string;
  readonly args: string[];
  readonly env: Record<string, string>;
};

const run = promisify(execFile);
const unpacked = privateFolder(`chromium-${packageVersion('@sparticuz/chromium')}`);

/**
 * How to start the Chromium of the tests: an installed Chrome, Edge or Chromium (`TALLYBOOK_CHROMIUM` names another one),
 * else, on Linux, the one from npm. Throws where there is neither.
 *
 * Unpacks that Chromium and the fonts where they are missing: about two seconds the first time, nothing after that.
 */
export async function prepareChromium(): Promise<ChromiumLaunch> {
  const installed = findBrowser();
  if (process.platform !== 'linux') {
    if (installed === undefined) throw new Error('The tests need an installed Chrome, Edge or Chromium.');
    return { executablePath: installed, args: [], env: environment({}) };
  }
  await prepareFonts();
  const args = ['--font-render-hinting=none'];
  const env = environment({ FONTCONFIG_FILE: fontConfigFile });
  if (installed !== undefined) return { executablePath: installed, args, env };
  await fillOnce(unpacked, 'chromium', unpackInto);
  const libraries = { LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib') };
  return { executablePath: join(unpacked, 'chromium'), args, env: { ...env, ...libraries } };
}

/**
 * In a process of its own, because the package takes its folder from TMPDIR, changes the environment, and unpacks its
 * libraries only where it takes itself for Lambda.
 */
async function unpackInto(folder: string): Promise<void> {
  const program = 'const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath();';
  await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: environment({ TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }),
  });
}

function environment(more: Record<string, string>): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), ...more };
}
