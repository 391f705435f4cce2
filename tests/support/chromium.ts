import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How to start the Chromium of the tests; the shape of Playwright's launch options. */
export type ChromiumLaunch = {
  readonly executablePath: string;
  readonly args: string[];
  readonly env: Record<string, string>;
};

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Packages whose fonts the unpacked Chromium can use besides its own Latin one. */
const fontPackages = ['@fontsource-variable/noto-sans-sc', '@fontsource-variable/noto-emoji'];

/**
 * How the Chromium of the tests is started: an installed Chrome, Chromium or Edge, else (on Linux) the one from npm.
 *
 * Looks only; call {@link prepareChromium} once before the first start. `TALLYBOOK_CHROMIUM` names another program.
 * Throws where there is neither.
 */
export function chromiumLaunch(): ChromiumLaunch {
  const named = process.env['TALLYBOOK_CHROMIUM'];
  const installed = named !== undefined && named !== '' ? named : installedChromium().find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed, args: [], env: environment({}) };
  if (process.platform !== 'linux') throw new Error('The tests need an installed Chrome, Edge or Chromium.');
  const folder = unpackedFolder();
  return {
    executablePath: join(folder, 'chromium'),
    args: ['--font-render-hinting=none'],
    env: environment({
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    }),
  };
}

/**
 * Unpacks the Chromium from npm, with its libraries and fonts, where the tests are going to use it; about two seconds
 * the first time, nothing after that. Safe when several processes do it at once.
 */
export async function prepareChromium(): Promise<ChromiumLaunch> {
  const launch = chromiumLaunch();
  const folder = unpackedFolder();
  if (existsSync(launch.executablePath)) return launch;
  // A cleaner of temporary files may have left half of it.
  await rm(folder, { recursive: true, force: true });
  const fresh = `${folder}-${process.pid}`;
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  try {
    await unpackInto(fresh);
    await unpackFonts(join(fresh, 'more-fonts'));
    // The paths in it are those the folder has after the rename.
    await writeFile(join(fresh, 'fonts.conf'), fontConfig(folder));
    // One step, so that no other process sees half of it; a second one to finish finds it there.
    await rename(fresh, folder).catch((error: unknown) => {
      if (!existsSync(launch.executablePath)) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return launch;
}

function installedChromium(): string[] {
  switch (process.platform) {
    case 'win32': {
      const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '');
      const programs = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
      return programs.flatMap((program) => roots.map((root) => join(root, program)));
    }
    case 'darwin': {
      const names = ['Google Chrome', 'Microsoft Edge', 'Chromium'];
      return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
        names.map((name) => join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
      );
    }
    default: {
      const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge-stable'];
      return ['/usr/bin', '/usr/local/bin', '/snap/bin'].flatMap((folder) => names.map((name) => join(folder, name)));
    }
  }
}

/** Private to the user: what root unpacked, others could not run. */
function unpackedFolder(): string {
  const version = readVersion('@sparticuz/chromium');
  return join(tmpdir(), `tallybook-chromium-${version}-${userInfo().uid}`);
}

function readVersion(name: string): string {
  const manifest: unknown = require(join(packageFolder(name), 'package.json'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error(name);
  return String(manifest.version);
}

function packageFolder(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  throw new Error(`${name} is not installed.`);
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

/** Chromium finds no web fonts on disk, so they become plain TrueType files. */
async function unpackFonts(folder: string): Promise<void> {
  const { decompress } = await import('wawoff2');
  mkdirSync(folder, { recursive: true });
  for (const name of fontPackages) {
    const files = join(packageFolder(name), 'files');
    for (const file of await readdir(files)) {
      if (!file.endsWith('-wght-normal.woff2')) continue;
      await writeFile(join(folder, file.replace(/woff2$/, 'ttf')), await decompress(await readFile(join(files, file))));
    }
  }
}

function fontConfig(folder: string): string {
  const folders = [join(folder, 'fonts', 'fonts'), join(folder, 'more-fonts'), '/usr/share/fonts'];
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((path) => `  <dir>${path}</dir>`).join('\n')}
  <cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`;
}

function environment(more: Record<string, string>): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), ...more };
}
