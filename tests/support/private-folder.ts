import { existsSync, lstatSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this user in the temporary folder: what root put there, others could not read or run. */
export function privateFolder(name: string): string {
  return join(tmpdir(), `tallybook-${name}-${process.getuid?.() ?? 'user'}`);
}

/**
 * Fills a private folder once for all test runs. Safe when several processes do it at the same time.
 *
 * @param file a path in the folder that shows that it was filled
 * @param fill puts everything into the given folder, which becomes the private one in a single step
 */
export async function fillOnce(folder: string, file: string, fill: (into: string) => Promise<void>): Promise<void> {
  const isFilled = (): boolean => existsSync(join(folder, file));
  if (isFilled()) {
    // The name can be guessed, and what lies there is going to be used.
    if (process.getuid === undefined || lstatSync(folder).uid === process.getuid()) return;
    throw new Error(`${folder} belongs to another user.`);
  }
  // A cleaner of temporary files may have left half of it.
  await rm(folder, { recursive: true, force: true });
  const fresh = `${folder}-${process.pid}`;
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  try {
    await fill(fresh);
    await rename(fresh, folder).catch((error: unknown) => {
      if (!isFilled()) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
