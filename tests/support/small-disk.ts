import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder on a disk that can be full. */
export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** How it gets full: its disk has no room, or files may grow no further, as under a quota. */
  readonly kind: 'no-room' | 'no-growth';
  /** From now on only so many pages of 4 KiB can be written that are not there yet. */
  leave(pages: number): void;
  /** There is room again. */
  free(): void;
}

const page = 4_096;

/** A disk that can be full: one in memory where this account may mount one, otherwise a limit of how far files may grow; null where the system has neither. */
export function openSmallDisk(): SmallDisk | null {
  if (process.platform !== 'linux') return null;
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder]).status === 0) return memoryDisk(folder);
  if (limitFiles('unlimited')) return limitedFolder(folder);
  rmSync(folder, { recursive: true });
  return null;
}

function memoryDisk(folder: string): SmallDisk {
  const ballast = join(folder, 'ballast');
  const free = (): void => rmSync(ballast, { force: true });
  const end = (): void => {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  return {
    folder,
    kind: 'no-room',
    free,
    leave(pages) {
      free();
      const { bavail, bsize } = statfsSync(folder);
      const file = openSync(ballast, 'w');
      const block = Buffer.alloc(bsize);
      for (let left = bavail - Math.ceil((pages * page) / bsize); left > 0; left -= 1) writeSync(file, block);
      closeSync(file);
    },
    [Symbol.dispose]() {
      process.removeListener('exit', end);
      end();
    },
  };
}

function limitedFolder(folder: string): SmallDisk {
  return {
    folder,
    kind: 'no-growth',
    free: () => void limitFiles('unlimited'),
    leave(pages) {
      const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
        (name) => statSync(join(folder, name)).size,
      );
      limitFiles(String(Math.max(0, ...sizes) + pages * page));
    },
    [Symbol.dispose]() {
      limitFiles('unlimited');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How large this process may make a file, in bytes. Node is not ended by the signal that comes with it. */
function limitFiles(bytes: string): boolean {
  return spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]).status === 0;
}
