import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * An installed Chrome, Edge or Chromium, best first; undefined when there is none. `TALLYBOOK_CHROMIUM` names another program.
 */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['TALLYBOOK_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  return candidates(env).find((path) => existsSync(path));
}

function candidates(env: NodeJS.ProcessEnv): readonly string[] {
  switch (process.platform) {
    case 'win32': {
      const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? []);
      const programs = [
        'Google/Chrome/Application/chrome.exe',
        'Microsoft/Edge/Application/msedge.exe',
        'Chromium/Application/chrome.exe',
      ];
      return programs.flatMap((program) => roots.map((root) => join(root, program)));
    }
    case 'darwin': {
      const names = ['Google Chrome', 'Microsoft Edge', 'Chromium'];
      const folders = ['/Applications', join(homedir(), 'Applications')];
      return names.flatMap((name) => folders.map((folder) => join(folder, `${name}.app`, 'Contents', 'MacOS', name)));
    }
    default: {
      const names = [
        'google-chrome-stable',
        'google-chrome',
        'chromium',
        'chromium-browser',
        'microsoft-edge-stable',
        'microsoft-edge',
      ];
      const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];
      return names.flatMap((name) => folders.map((folder) => join(folder, name)));
    }
  }
}
