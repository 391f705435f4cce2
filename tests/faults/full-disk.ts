import type { RunResult } from '../../shared/contract/sync.ts';
import { differing } from '../simulation/snapshot.ts';
import { lookAtBothSides, type BothSides } from '../support/both-sides.ts';
import { firstUpload, joinClass, startDevice, type Book, type Device } from '../support/device.ts';
import type { TestDatabase } from '../support/postgres.ts';
import type { SmallDisk } from '../support/small-disk.ts';

/** What a device on a full disk may say, by how the disk is full. */
const clear: Readonly<Record<SmallDisk['kind'], readonly string[]>> = {
  'no-room': ['disk-full'],
  'no-growth': ['disk-full', 'folder-unwritable'],
};

/** How one sync on a disk with so many free pages ended. */
export interface FullDiskOutcome {
  readonly pages: number;
  /** What was said, in the order it was tried: a point, a preview, a run. */
  readonly said: readonly string[];
}

interface Scene {
  readonly disk: SmallDisk;
  readonly here: Book;
  readonly there: Book;
  readonly sides: BothSides;
  readonly password: string;
  /** Points somebody was told are recorded. */
  readonly recorded: Set<string>;
}

/**
 * Syncs on a disk that is full after so many pages, then on one with room again. Throws where something is lost, where an error says less than that the disk is
 * full, or where one says that nothing was changed and something was.
 */
export async function syncOnFullDisk(
  database: TestDatabase,
  disk: SmallDisk,
  pages: readonly number[],
): Promise<readonly FullDiskOutcome[]> {
  const devices: Device[] = [
    await startDevice('PC 1', undefined, undefined, undefined, disk.folder),
    await startDevice('PC 2'),
  ];
  try {
    const [one, two] = devices as [Device, Device];
    const here = await firstUpload(one, database, ['Ann', 'Ben', 'Cai']);
    const there = await joinClass(two, database);
    await using sides = await lookAtBothSides(database, here.classId);
    const scene = { disk, here, there, sides, password: database.config.password, recorded: new Set<string>() };
    const outcomes: FullDiskOutcome[] = [];
    for (const count of pages) outcomes.push({ pages: count, said: await playFull(scene, count) });
    return outcomes;
  } finally {
    disk.free();
    for (const device of devices) await device[Symbol.asyncDispose]();
  }
}

async function playFull(scene: Scene, pages: number): Promise<readonly string[]> {
  const { disk, here, there, sides, password, recorded } = scene;
  for (const [book, names] of [
    [here, ['Ann', 'Ben']],
    [there, ['Ben', 'Cai']],
  ] as const)
    for (const name of names) recorded.add(await book.award(name, 1));
  await there.sync();
  const before = await sides.server();
  const said: string[] = [];
  const attempt = async <T>(work: () => Promise<T>, tell: (result: T) => string): Promise<T | null> => {
    try {
      const result = await work();
      said.push(tell(result));
      return result;
    } catch (error) {
      said.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
      return null;
    }
  };
  disk.leave(pages);
  const point = await attempt(
    async () => await here.award('Cai', 2),
    () => 'recorded',
  );
  if (point !== null) recorded.add(point);
  const plan = await attempt(
    async () => await here.preview(),
    () => 'previewed',
  );
  if (plan !== null) await attempt(async () => await here.run('sync', plan.planId), told);
  const unclear = said.find((word) => !okay.has(word) && !clear[disk.kind].includes(word));
  if (unclear !== undefined)
    throw new Error(`with ${pages} pages free a full disk was called ${unclear} (${said.join(', ')})`);
  const [changed] = differing(before, await sides.server());
  if (changed !== undefined && clear[disk.kind].includes(said.at(-1) ?? ''))
    throw new Error(`with ${pages} pages free nothing was said to be changed, and ${changed} was (${said.join(', ')})`);
  disk.free();
  if (pages % 2 === 1) await startAgain(here, password);
  await goOn(scene, pages);
  return said;
}

/** What may be said where the disk was not full after all, or where the server had it already. */
const okay = new Set(['recorded', 'previewed', 'completed', 'checking']);

function told({ outcome, error }: RunResult): string {
  return error === null || outcome === 'checking' ? outcome : error.code;
}

/** The app is started anew; a password nobody keeps is typed again. */
async function startAgain(book: Book, password: string): Promise<void> {
  await book.device.restart();
  await book.call('connection.set', { connectionId: book.connectionId, change: { password } });
}

/** With room again the next sync completes, both sides hold the same, and every point is there. */
async function goOn({ here, there, sides, recorded }: Scene, pages: number): Promise<void> {
  for (const book of [here, there, here]) await book.sync();
  for (const { device } of [here, there]) {
    const difference = await sides.difference(device.folder);
    if (difference !== null) throw new Error(`after ${pages} free pages ${device.name}: ${difference}`);
  }
  const server = await sides.server();
  for (const id of recorded)
    if (!server.has(`score_event ${JSON.stringify([id])}`))
      throw new Error(`after ${pages} free pages a point is missing: ${id}`);
  const { total } = await here.preview();
  if (total > 0) throw new Error(`after ${pages} free pages ${total} rows are listed again`);
}
