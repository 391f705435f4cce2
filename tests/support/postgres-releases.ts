import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shippedPostgresFolder } from '../../electron/builtin-server/postgres-files.ts';

/** The major versions tests run against: the one that ships, the oldest supported, and one between. */
export type PostgresMajor = 12 | 15 | 18;

/** The version tests use that do not ask for one: the one that ships, or what TALLYBOOK_TEST_POSTGRES says, so that every suite can run against another. */
export function usualMajor(): PostgresMajor {
  const asked = Number(process.env['TALLYBOOK_TEST_POSTGRES'] ?? '18');
  if (asked === 12 || asked === 15 || asked === 18) return asked;
  throw new Error('TALLYBOOK_TEST_POSTGRES must be 12, 15 or 18');
}

const otherReleases = join(import.meta.dirname, '..', 'postgres', 'node_modules');

/** The package folder of a major version; undefined when it is not installed. Versions 12 and 15 are installed on demand. */
export async function findPostgresRelease(major: PostgresMajor): Promise<string | undefined> {
  if (major === 18) return shippedPostgresFolder();
  for (const folder of await packageFolders(otherReleases)) {
    const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
    const { version } = JSON.parse(manifest) as { version?: string };
    if (version?.startsWith(`${major}.`) === true && existsSync(join(folder, 'native', 'bin'))) return folder;
  }
  return undefined;
}

async function packageFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const nested = await Promise.all(
    entries.map(async (name) =>
      name.startsWith('@') ? await packageFolders(join(folder, name)) : [join(folder, name)],
    ),
  );
  return nested.flat();
}
