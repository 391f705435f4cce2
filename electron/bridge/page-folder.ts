import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the built page: beside the built entries, or where the build puts it when the sources run. Undefined when it is not there. */
export function findPageFolder(): string | undefined {
  const path = import.meta.url.endsWith('.ts') ? '../../out/renderer/' : '../renderer/';
  const folder = fileURLToPath(new URL(path, import.meta.url));
  return existsSync(join(folder, 'index.html')) ? folder.replace(/[/\\]$/, '') : undefined;
}
