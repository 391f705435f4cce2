import { readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { uptime } from 'node:os';

/** How far two readings of when the computer was started may lie apart, in milliseconds: its clock may have been set a little. */
const sameStartMs = 60_000;

/** File systems of Linux that no other running computer can have mounted. Whatever is not named here may be shared. */
const ownDisks: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0xf2f52010, // f2fs
  0x2fc12fc1, // zfs
  0xca451a4e, // bcachefs
  0x01021994, // tmpfs
  0x794c7630, // overlay
  0x4d44, // vfat
  0x2011bab0, // exfat
  0x7366746e, // ntfs3
]);

/**
 * Which start of which computer this is, and which of its sets of process ids, as text. The name of a computer says little: a copied virtual machine, or a second PC
 * set up from the same image, has the same. Linux names every start; elsewhere it is the time of it.
 */
export function computerStart(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `at ${Math.round(Date.now() - uptime() * 1000)}`;
  }
}

/**
 * Whose a start is that somebody else wrote down: `this`, where process ids mean what they mean here; `over`, an earlier one of this computer, of which nobody lives; or
 * `other`, of which nothing is known. `isOwnDisk`: no other running computer can have written it.
 */
export function whoseStart(written: string, isOwnDisk: boolean, own = computerStart()): 'this' | 'over' | 'other' {
  if (written === own) return 'this';
  const [then, now] = [written, own].map((text) => /^at (\d+)$/.exec(text)?.[1]);
  if (then !== undefined && now !== undefined)
    return Math.abs(Number(then) - Number(now)) < sameStartMs ? 'this' : 'other';
  // The same start with other process ids is another container, which may live.
  return isOwnDisk && written.split(' ')[0] !== own.split(' ')[0] ? 'over' : 'other';
}

/** Whether a folder certainly lies on a disk that no other running computer writes to. */
export function isOnOwnDisk(folder: string): boolean {
  try {
    return process.platform === 'linux' && ownDisks.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
