import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveTo } from './run-as.ts';
import type { RunAs } from './run-as.ts';

/** What an operating system takes as the path of a socket: 107 bytes on Linux, 103 on macOS. */
const longestPath = 103;
const longestName = '/.s.PGSQL.65535.lock'.length;

/**
 * The private folder (0700) of the server's socket: `run` inside `home`, or, where that path is too long for a socket, a
 * short one in the folder for temporary files. A folder somebody else made there in advance is not used.
 */
export async function prepareSocketFolder(runAs: RunAs, home: string): Promise<string> {
  const beside = join(home, 'run');
  if (fits(beside)) return await makePrivate(runAs, beside, () => beside);
  const key = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const short = join(await realpath(tmpdir()), `tallybook-${process.getuid?.() ?? 0}-${key}`);
  const base = fits(short) ? short : `/tmp/tallybook-${process.getuid?.() ?? 0}-${key}`;
  return await makePrivate(runAs, base, () => `${base}-${randomBytes(3).toString('hex')}`);
}

/** Whether a socket in this folder has a path the operating system takes. */
function fits(folder: string): boolean {
  return Buffer.byteLength(folder) + longestName <= longestPath;
}

async function makePrivate(runAs: RunAs, wanted: string, another: () => string): Promise<string> {
  const account = runAs.kind === 'user' ? runAs.uid : process.getuid?.();
  for (let tries = 0, folder = wanted; tries < 20; tries += 1, folder = another()) {
    await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) continue;
    if (found.uid !== account && found.uid === process.getuid?.()) await giveTo(runAs, folder);
    const now = await lstat(folder);
    if (now.uid === account && (now.mode & 0o077) === 0) return folder;
  }
  throw new Error('no private folder for the socket');
}
