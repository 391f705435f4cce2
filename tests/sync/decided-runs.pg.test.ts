import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Params } from '../../shared/contract/contract.ts';
import type { RunResult } from '../../shared/contract/sync.ts';
import { Book, startDevice } from '../support/device.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { overLine } from '../support/over-line.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

type Decision = Omit<Params<'plan.decide'>, 'classId' | 'planId' | 'target'>;

/** A decision that makes, moves or takes away more than the row it is about. */
interface Story {
  readonly name: string;
  /** What two devices did before; the second has not synced since. */
  prepare(a: Book, b: Book): Promise<void>;
  readonly decision: Decision;
  /** Records that are there twice when two devices decide at once. */
  readonly twice: readonly string[];
  /** What both hold once the decision was carried out, once. */
  done(book: Book, more?: readonly string[]): Promise<void>;
  /** What the second device is left with when the run that carried it out was taken back. */
  undone(b: Book): Promise<void>;
}

const living = async (book: Book): Promise<readonly string[]> =>
  (await book.call('student.list', {})).items
    .map(({ name, number, allTime, tags }) => [name, number ?? '-', allTime, ...tags.toSorted()].join(' '))
    .toSorted();

const two = ['Li W', 'Wang Fang'] as const;
const others = ['Li W - 0', 'Wang Fang - 0'] as const;

/** Both added a pupil with one number, and gave points and tags. */
async function sameNumber(a: Book, b: Book): Promise<void> {
  await a.call('student.add', { students: [{ name: 'Ada', number: '30', tags: ['choir'] }] });
  await b.call('student.add', { students: [{ name: 'Ada L', number: '30', tags: ['choir', 'front'] }] });
  await a.award('Ada', 2);
  for (const points of [5, 3]) await b.award('Ada L', points);
  await b.call('score.void', { eventIds: [await b.award('Ada L', 9)] });
  await a.sync();
}

/** Both renamed one pupil. */
async function twoNames(a: Book, b: Book): Promise<void> {
  const { id } = await a.student('Li W');
  await a.award('Li W', 3);
  await settle(a, b);
  await a.call('student.set', { id, change: { name: 'Li Wei' } });
  await b.call('student.set', { id, change: { name: 'Li Wen' } });
  await b.award('Li Wen', 4);
  await a.sync();
}

const stories: readonly Story[] = [
  {
    name: "a pupil who became the server's one",
    prepare: sameNumber,
    decision: { choice: 'adopt', fields: { name: 'local' } },
    twice: [],
    done: async (book) => expect(await living(book)).toEqual(['Ada L 30 10 choir front', ...others]),
    // Which key a pupil goes by is not taken back, and neither is anything that moved with it; what came from the other device comes again.
    undone: async (b) => expect(await living(b)).toEqual(['Ada L 30 8 front', ...others]),
  },
  {
    name: 'a pupil who got another number',
    prepare: sameNumber,
    decision: { choice: 'rename', fields: { number: { value: '31' } } },
    twice: [],
    done: async (book) => expect(await living(book)).toEqual(['Ada 30 2 choir', 'Ada L 31 8 choir front', ...others]),
    undone: async (b) => expect(await living(b)).toContain('Ada L 30 0 choir front'),
  },
  {
    name: 'a pupil who was kept twice',
    prepare: twoNames,
    decision: { choice: 'both' },
    // Each makes a record of its own: better one too many than one that nobody meant.
    twice: ['Li Wen - 0'],
    done: async (book, more = []) =>
      expect(await living(book)).toEqual(['Li Wei - 7', 'Li Wen - 0', ...more, 'Wang Fang - 0']),
    undone: async (b) => expect(await living(b)).toEqual(['Li Wen - 3', 'Wang Fang - 0']),
  },
];

interface OverLine extends Pair {
  readonly proxy: FaultProxy;
}

/** Two devices, the second of which reaches the server through a line that can be cut, at the point where it has to decide. */
async function beforeDeciding(story: Story): Promise<OverLine> {
  const both = await pair(two);
  const proxy = await overLine(both);
  await story.prepare(both.a, both.b);
  return { ...both, proxy };
}

/** Lists, decides the one question there is, and answers the list. */
async function decided(book: Book, { decision }: Story): Promise<string> {
  const { planId, undecided } = await book.preview();
  expect(undecided).toBe(1);
  await book.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, ...decision });
  return planId;
}

/** Runs a plan over a line that breaks at COMMIT: before the server hears of it, or before anybody hears the answer. */
async function cutAtCommit(
  { b, proxy }: OverLine,
  planId: string,
  heard: boolean,
  onCut: () => void = () => undefined,
): Promise<RunResult> {
  const cuts: Promise<void>[] = [];
  const mode = heard
    ? ({ kind: 'cut-at-message', message: 1 } as const)
    : ({ kind: 'cut-after-bytes', direction: 'to-server', bytes: 0 } as const);
  return await b.device.client.call(
    'sync.run',
    { classId: b.classId, planId, mode: 'sync' },
    {
      onProgress: ({ phase }) => {
        if (phase !== 'commit' || cuts.length > 0) return;
        cuts.push(proxy.mode(mode), proxy.faulted().then(onCut));
      },
    },
  );
}

/** Everything is found out, nobody is asked again, and both hold what was decided. */
async function expectDone(story: Story, a: Book, b: Book): Promise<void> {
  expect((await b.preview()).undecided).toBe(0);
  await settle(b, a);
  await expectSame(a, b);
  for (const book of [a, b]) {
    await story.done(book);
    expect((await book.call('run.list', {})).items.map(({ outcome }) => outcome)).not.toContain('checking');
  }
}

describe.each(stories)('$name', (story) => {
  it('is decided once although the server never heard of COMMIT', async () => {
    await using both = await beforeDeciding(story);
    const { a, b, proxy } = both;
    expect(await cutAtCommit(both, await decided(b, story), false)).toMatchObject({ outcome: 'checking' });
    await proxy.mode({ kind: 'pass' });
    await expectDone(story, a, b);
  });

  it('is decided once although the answer to COMMIT was lost', async () => {
    await using both = await beforeDeciding(story);
    const { a, b, proxy } = both;
    expect(await cutAtCommit(both, await decided(b, story), true)).toMatchObject({ outcome: 'checking' });
    await proxy.mode({ kind: 'pass' });
    await expectDone(story, a, b);
  });

  it('is decided once although the app was killed after COMMIT', async () => {
    await using both = await beforeDeciding(story);
    const { a, b, database } = both;
    const folder = mkdtempSync(join(tmpdir(), 'tallybook-killed-'));
    // What a kill leaves: the file as it was when the answer came to nobody.
    await cutAtCommit(both, await decided(b, story), true, () => cpSync(b.device.folder, folder, { recursive: true }));
    await b.device.stop();
    await using again = await startDevice('Office PC', undefined, folder);
    rmSync(folder, { recursive: true, force: true });
    const book = new Book(again, b.classId, b.connectionId);
    const { config } = database;
    const change = { host: config.host, port: config.port, password: config.password };
    await book.call('connection.set', { connectionId: b.connectionId, change });
    await expectDone(story, a, book);
  });

  it('is decided once although a PC with a copy of the file decides the same at the same time', async () => {
    await using both = await beforeDeciding(story);
    const { a, b, database } = both;
    await using copied = await startDevice('Lab PC', undefined, b.device.folder);
    const c = new Book(copied, b.classId, b.connectionId);
    const { host, port, password } = database.config;
    await c.call('connection.set', { connectionId: c.connectionId, change: { host, port, password } });
    const [one, other] = [await decided(b, story), await decided(c, story)];
    expect(await b.run('sync', one)).toMatchObject({ outcome: 'completed' });
    const run = await c.run('sync', other);
    expect(['completed', 'stale']).toContain(run.outcome);
    expect((await c.preview()).undecided).toBe(0);
    await settle(c, b, a);
    for (const book of [a, b, c]) await story.done(book, run.outcome === 'completed' ? story.twice : []);
    await expectSame(a, c);
    await expectSame(b, c);
  });

  it('can be taken back as far as that goes, and nothing is lost', async () => {
    await using both = await beforeDeciding(story);
    const { a, b } = both;
    const { runId, outcome } = await b.run('sync', await decided(b, story));
    expect(outcome).toBe('completed');
    await story.done(b);
    const undo = await b.call('run.undo', { runId });
    await b.run('sync', undo.planId);
    await story.undone(b);
    // Whoever decides again comes to the same.
    const { planId, undecided } = await b.preview();
    expect(undecided).toBeLessThan(2);
    await b.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, ...story.decision });
    await b.run('sync', planId);
    await settle(a, b);
    await expectSame(a, b);
  });
});

describe('a pupil who becomes another', () => {
  it('is asked about on no PC that has a copy of the file and only hears of it', async () => {
    const [story] = stories;
    if (story === undefined) throw new Error('no story');
    await using both = await beforeDeciding(story);
    const { a, b, database } = both;
    await using copied = await startDevice('Lab PC', undefined, b.device.folder);
    const c = new Book(copied, b.classId, b.connectionId);
    const { host, port, password } = database.config;
    await c.call('connection.set', { connectionId: c.connectionId, change: { host, port, password } });
    expect(await b.run('sync', await decided(b, story))).toMatchObject({ outcome: 'completed' });
    expect((await c.preview()).undecided).toBe(0);
    await settle(c, b, a);
    for (const book of [a, b, c]) await story.done(book);
    await expectSame(a, c);
    await expectSame(b, c);
  });

  it('and is edited meanwhile stays whole until it is decided again, and then goes whole', async () => {
    const [story] = stories;
    if (story === undefined) throw new Error('no story');
    await using both = await beforeDeciding(story);
    const { a, b } = both;
    const { id } = await b.student('Ada L');
    const planId = await decided(b, story);
    const edits: Promise<unknown>[] = [];
    const run = await b.device.client.call(
      'sync.run',
      { classId: b.classId, planId, mode: 'sync' },
      {
        onProgress: ({ phase }) => {
          if (phase === 'commit' && edits.length === 0)
            edits.push(b.call('student.set', { id, change: { name: 'Ada Lo', number: '31' } }));
        },
      },
    );
    await Promise.all(edits);
    expect(edits).toHaveLength(1);
    expect(run.outcome).toBe('undecided');
    expect(await living(b)).toEqual(['Ada Lo 31 8 choir front', ...others]);
    // What the server calls that pupil's comes here, the other one stays a question.
    await b.run('pull', (await b.preview()).planId);
    const plan = await b.preview();
    expect(plan.undecided).toBe(1);
    expect((await b.rows(plan.planId)).find(({ kind }) => kind === 'conflict')).toMatchObject({
      conflict: 'same-identity',
      label: 'Ada Lo · 31',
      rival: 'Ada L · 30',
    });
    await b.call('plan.decide', { planId: plan.planId, target: { filter: { kinds: ['conflict'] } }, choice: 'adopt' });
    expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) await story.done(book);
    expect((await b.call('bin.list', {})).items.map(({ label }) => label)).toContain('Ada Lo · 31');
  });
});
