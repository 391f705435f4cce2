import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decompress } from 'wawoff2';
import { packageFolder } from './package-folder.ts';
import { fillOnce, privateFolder } from './private-folder.ts';

/** What machines without a desktop lack: Chinese, and the pictures among the avatars. */
const packages = ['@fontsource-variable/noto-sans-sc', '@fontsource-variable/noto-emoji'];

const folder = privateFolder('fonts');

/** The fontconfig file that shows a browser these fonts besides the machine's own; see {@link prepareFonts}. */
export const fontConfigFile = join(folder, 'fonts.conf');

/** Unpacks the fonts of the tests, once; a quarter of a second. Browsers find no web fonts on disk, so they become TrueType. */
export async function prepareFonts(): Promise<void> {
  await fillOnce(folder, 'fonts.conf', async (into) => {
    await mkdir(join(into, 'fonts'));
    for (const name of packages) {
      const files = join(packageFolder(name), 'files');
      for (const file of await readdir(files)) {
        if (!file.endsWith('-wght-normal.woff2')) continue;
        const font = await decompress(await readFile(join(files, file)));
        await writeFile(join(into, 'fonts', file.replace(/woff2$/, 'ttf')), font);
      }
    }
    await writeFile(join(into, 'fonts.conf'), fontConfig());
  });
}

function fontConfig(): string {
  const folders = [join(folder, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((path) => `  <dir>${path}</dir>`).join('\n')}
  <cachedir>${join(folder, 'cache')}</cachedir>
</fontconfig>
`;
}
