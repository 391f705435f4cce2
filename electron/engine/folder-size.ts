import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** The bytes of all files in a folder. A file that goes away meanwhile counts nothing; links are not followed. */
export async function folderBytes(folder: string): Promise<bigint> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        try {
          return (await stat(join(entry.parentPath, entry.name), { bigint: true })).size;
        } catch {
          return 0n;
        }
      }),
  );
  return sizes.reduce((sum, size) => sum + size, 0n);
}

/** The bytes still free on a folder's disk. */
export async function freeBytes(folder: string): Promise<bigint> {
  const disk = await statfs(folder, { bigint: true });
  return disk.bavail * disk.bsize;
}
