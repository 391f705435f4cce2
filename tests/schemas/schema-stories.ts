import { createHash } from 'node:crypto';
import type { RunResult } from '../../shared/contract/sync.ts';
import { migrate } from '../../electron/remote/migrations/migrate.ts';
import { openSession } from '../support/managed-database.ts';
import { Broken } from '../simulation/oracle.ts';
import { pick, randomOf, type Random } from '../simulation/random.ts';
import { SimDevice } from '../simulation/sim-device.ts';
import type { SimServer } from '../simulation/sim-server.ts';
import type { VirtualClock } from '../simulation/virtual-clock.ts';
import { codeOf } from '../simulation/world.ts';
import { randomCatalog } from './random-catalog.ts';
import { checkEffects, checkNothingLost, differingRows, rowsThere, type SchemaSides } from './schema-checks.ts';
import { decideSchema, type Manner } from './schema-decisions.ts';
import { editSchema } from './schema-edits.ts';
import { foreignSchemaEdit } from './schema-foreign.ts';
import { itemsOf, placeOfItem, previewOf, rowsHere, type SchemaBook } from './schema-book.ts';
import { takeRunBack, type DoneRun } from './schema-undo.ts';

/** What a story must meet often enough, or it tests nothing. */
export const schemaEvents = [
  'edit',
  'foreign-edit',
  'conflict',
  'same-identity',
  'delete',
  'stale-refused',
  'connection-cut',
  'run-undone',
] as const;
export type SchemaEvent = (typeof schemaEvents)[number];

/** What became of one story. */
export interface SchemaStory {
  readonly seed: number;
  readonly syncs: number;
  readonly events: Readonly<Record<SchemaEvent, number>>;
  readonly traceHash: string;
  readonly failure: { readonly rule: string; readonly found: string } | null;
}

interface Story {
  readonly next: Random;
  readonly server: SimServer;
  readonly clock: VirtualClock;
  readonly schema: string;
  readonly scope: string;
  readonly books: readonly SchemaBook[];
  readonly events: Record<SchemaEvent, number>;
  readonly note: (line: string) => void;
  syncs: number;
  /** The last sync, where it came to its end. */
  done: DoneRun | null;
}

/** Rounds of edits, each with one sync of one device. */
const rounds = 8;
const mostRounds = 12;

/**
 * Plays one story on a catalog nobody has thought of: two devices and somebody with psql change rows that point at each other and share values only one may
 * have, sync in any way with lines that are cut, and decide as it comes; in the end both devices and the server hold the same.
 */
export async function playSchema(
  server: SimServer,
  clock: VirtualClock,
  seed: number,
  onNote: (line: string) => void = () => undefined,
): Promise<SchemaStory> {
  clock.install();
  const trace: string[] = [];
  const devices: SimDevice[] = [];
  const events = Object.fromEntries(schemaEvents.map((event) => [event, 0])) as Record<SchemaEvent, number>;
  let failure: SchemaStory['failure'] = null;
  let story: Story | null = null;
  const note = (line: string): void => {
    trace.push(line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '#'));
    onNote(line);
  };
  try {
    story = await begin(server, clock, seed, { devices, events, note });
    for (let round = 0; round < rounds; round += 1) await playRound(story);
    await settleStory(story);
  } catch (error) {
    const found =
      error instanceof Error
        ? error instanceof Broken
          ? error.message
          : (error.stack ?? error.message)
        : String(error);
    failure = { rule: error instanceof Broken ? error.rule : 'crash', found };
  } finally {
    for (const device of devices) await device.stop();
    await server.rows(`DROP SCHEMA IF EXISTS ${schemaOf(seed)} CASCADE`);
    clock.uninstall();
  }
  const traceHash = createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16);
  return { seed, syncs: story?.syncs ?? 0, events, traceHash, failure };
}

const schemaOf = (seed: number): string => `story_${seed}`;

async function begin(
  server: SimServer,
  clock: VirtualClock,
  seed: number,
  { devices, events, note }: { readonly devices: SimDevice[] } & Pick<Story, 'events' | 'note'>,
): Promise<Story> {
  const next = randomOf(seed);
  const database = await server.nextSeed('superuser');
  const schema = schemaOf(seed);
  const catalog = randomCatalog(next, schema);
  note(
    JSON.stringify(
      catalog.tables.map(({ name, kind, foreignKeys, unique, naturalKeys, softDelete }) => ({
        name,
        kind,
        foreignKeys,
        unique,
        naturalKeys,
        softDelete,
      })),
    ),
  );
  await server.tellTime();
  const session = await openSession(database);
  await migrate(session, { catalog, grantTo: [] });
  await session.close();
  for (const name of ['A', 'B']) devices.push(await SimDevice.start(name, server, clock, catalog));
  const [first, second] = devices;
  if (first === undefined || second === undefined) throw new Error('a story needs two devices');
  const connection = (device: SimDevice) =>
    ({
      name: 'school',
      host: device.gate.host,
      port: device.gate.port,
      database: database.database,
      user: 'postgres',
      tls: 'disable',
      mode: 'two-way',
    }) as const;
  const { id: classId } = await first.call('class.create', { name: schema });
  const { id: connectionId } = await first.call('connection.add', { classId, connection: connection(first) });
  await first.call('connection.bind', { classId, connectionId, remoteClass: 'new' });
  const { items } = await first.call('connection.list', { classId });
  const scope = items[0]?.remoteClassId ?? '';
  const own: SchemaBook = { device: first, catalog, classId, connectionId };
  // Without a row there would be no class on the server to join.
  for (let count = 0; count < 12 || rowsHere(own).size === 0; count += 1) editSchema(next, own);
  const story: Story = { next, server, clock, schema, scope, books: [own], events, note, syncs: 0, done: null };
  await syncSchema(story, own, { mode: 'sync', manner: 'nothing', cut: false, overtaken: true });
  const joined = await second.call('class.join', { remoteClassId: scope, connection: connection(second), pull: true });
  const other = { device: second, catalog, classId: joined.class.id, connectionId: joined.connection.id };
  return { ...story, books: [own, other] };
}

async function playRound(story: Story): Promise<void> {
  const { next, books, events } = story;
  await passTime(story);
  for (const book of books)
    for (let count = next(5); count > 0; count -= 1) {
      events.edit += 1;
      story.note(`${book.device.name} edits ${editSchema(next, book)}`);
    }
  for (let count = next(3); count > 0; count -= 1) await editThere(story);
  const book = pick(next, books);
  if (book === undefined) return;
  await syncSchema(story, book, {
    mode: pick(next, ['sync', 'sync', 'apply', 'pull'] as const) ?? 'sync',
    manner: next(5) === 0 ? 'nothing' : 'as-it-comes',
    cut: next(5) === 0,
    overtaken: true,
  });
  if (next(3) === 0) await takeBack(story);
}

/** Somebody takes the last sync back. */
async function takeBack(story: Story): Promise<void> {
  const { done } = story;
  if (done === null) return;
  story.done = null;
  const { rows, outcome } = await takeRunBack(done, async () => await sidesOf(story, done.book));
  if (rows > 0) story.events['run-undone'] += 1;
  story.note(`${done.book.device.name} takes the run back: ${rows} ${outcome}`);
}

async function editThere(story: Story): Promise<void> {
  const [book] = story.books;
  if (book === undefined) return;
  story.events['foreign-edit'] += 1;
  story.note(`psql ${await foreignSchemaEdit(story.next, story.server, book.catalog, story.scope)}`);
}

async function passTime({ clock, server }: Story): Promise<void> {
  clock.advance(10_000);
  await server.tellTime();
}

interface How {
  readonly mode: 'apply' | 'pull' | 'sync';
  readonly manner: Manner;
  /** Whether the line is cut at some message. */
  readonly cut: boolean;
  /** Whether somebody may change rows of the server between the list and the run. */
  readonly overtaken: boolean;
}

/** Previews, decides and runs; checks that what happened is what was announced. Answers how many rows the plan listed, null where it failed because of a cut. */
async function syncSchema(
  story: Story,
  book: SchemaBook,
  { mode, manner, cut, overtaken }: How,
): Promise<number | null> {
  const { next, events, note } = story;
  const { device, classId } = book;
  story.done = null;
  const { planId, total } = await previewOf(book);
  if (total === 0) return 0;
  await decideSchema(next, book, planId, manner);
  const items = await itemsOf(book, planId);
  for (const { kind, conflict } of items) {
    if (kind === 'conflict') events.conflict += 1;
    if (conflict === 'same-identity') events['same-identity'] += 1;
    if (kind === 'delete') events.delete += 1;
  }
  if (overtaken && next(10) === 0) await editThere(story);
  const before = await sidesOf(story, book);
  if (cut) device.gate.arm({ kind: 'message', number: 1 + next(120) }, () => undefined);
  let result: RunResult | null = null;
  let outcome: string;
  try {
    result = await device.call('sync.run', { classId, planId, mode, allowMassChange: true });
    outcome = result.outcome;
  } catch (error) {
    outcome = codeOf(error);
  }
  const struck = cut && device.gate.disarm();
  await device.gate.quiet();
  await story.server.waitForEnd(device.gate.takeCut());
  story.syncs += 1;
  const after = await sidesOf(story, book);
  note(
    `${device.name} ${mode} ${manner} ${struck ? 'cut' : outcome} ${JSON.stringify(result?.counts ?? null)} ${(result?.left ?? []).map((row) => `${placeOfItem(book.catalog, row)}:${row.reason}`).join(' ')}`,
  );
  if (mode === 'apply' && differingRows(before.local, after.local).length > 0)
    throw new Broken('I4', 'apply changed this side');
  if (mode === 'pull' && differingRows(before.server, after.server).length > 0)
    throw new Broken('I4', 'pull changed the server');
  if (struck) {
    events['connection-cut'] += 1;
    return null;
  }
  if (outcome === 'completed' || outcome === 'undecided') {
    if (result !== null) {
      checkEffects(book.catalog, items, mode, { before, after, result });
      story.done = { book, runId: result.runId, before };
    }
    return total;
  }
  if (outcome !== 'stale' && outcome !== 'plan-stale')
    throw new Broken('I16', `a run ended with ${outcome} ${JSON.stringify(result?.error ?? null)}`);
  events['stale-refused'] += 1;
  checkNothingLost(before, after);
  return total;
}

async function sidesOf({ server, scope }: Story, book: SchemaBook): Promise<SchemaSides> {
  return { local: rowsHere(book), server: await rowsThere(server, book.catalog, scope) };
}

/** Nobody edits any more: within a few rounds everybody holds the same and nothing is listed. */
async function settleStory(story: Story): Promise<void> {
  for (let round = 1; round <= mostRounds; round += 1) {
    let listed = 0;
    for (const book of story.books) {
      await passTime(story);
      listed +=
        (await syncSchema(story, book, {
          mode: 'sync',
          manner: round % 2 === 1 ? 'server' : 'local',
          cut: false,
          overtaken: false,
        })) ?? 1;
    }
    story.note(`round ${round}: ${listed}`);
    if (listed > 0) continue;
    for (const book of story.books) {
      const { local, server } = await sidesOf(story, book);
      const [wrong] = differingRows(local, server);
      if (wrong !== undefined)
        throw new Broken(
          'I2',
          `${wrong} of ${book.device.name} is ${JSON.stringify(local.get(wrong) ?? null)} and the server has ${JSON.stringify(server.get(wrong) ?? null)}`,
        );
    }
    return;
  }
  const left: unknown[] = [];
  for (const book of story.books)
    for (const item of await itemsOf(book, (await previewOf(book)).planId)) left.push([book.device.name, item]);
  throw new Broken('I2', `not the same after ${mostRounds} rounds: ${JSON.stringify(left)}`);
}
