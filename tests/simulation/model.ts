import { AppError } from '../../shared/errors.ts';
import type { Book } from '../support/device.ts';

/** A small seeded generator (mulberry32, Tommy Ettinger, public domain), so that a printed seed replays a run. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** What must never be lost: every event ever given and every undo, whatever became of its student. */
export interface Oracle {
  readonly events: Map<string, number>;
  readonly voids: Set<string>;
}

/** Codes a random step may meet without anything being wrong. */
const allowed = new Set([
  'number-taken',
  'student-deleted',
  'event-already-void',
  'not-found',
  'plan-stale',
  'plan-used',
]);

/** One random thing a teacher does, or a sync in one of its forms. */
export async function step(book: Book, oracle: Oracle, next: (below: number) => number, log: string[]): Promise<void> {
  const kind = next(14);
  log.push(`${book.device.name} ${kind}`);
  try {
    await [
      award,
      award,
      award,
      undo,
      rename,
      renumber,
      regroup,
      tag,
      remove,
      restore,
      applyOnly,
      pullOnly,
      sync,
      syncAfterEdit,
    ][kind]?.(book, oracle, next);
  } catch (error) {
    if (!(error instanceof AppError) || !allowed.has(error.code)) throw error;
  }
}

type Step = (book: Book, oracle: Oracle, next: (below: number) => number) => Promise<void>;

async function anyStudent(book: Book, next: (below: number) => number, deleted = false): Promise<string> {
  const { items } = await book.call('student.list', { deleted });
  const found = items[next(Math.max(items.length, 1))];
  if (found === undefined) throw new AppError('not-found', { what: 'student' });
  return found.id;
}

const award: Step = async (book, oracle, next) => {
  const studentIds = [await anyStudent(book, next)];
  const delta = next(11) - 5;
  const { items } = await book.call('score.add', { studentIds, award: { delta, text: 'Helped' } });
  for (const item of items) oracle.events.set(item.id, delta);
};

const undo: Step = async (book, oracle, next) => {
  const { items } = await book.call('score.list', { limit: 20 });
  const event = items[next(Math.max(items.length, 1))];
  if (event === undefined) return;
  await book.call('score.void', { eventIds: [event.id] });
  oracle.voids.add(event.id);
};

const rename: Step = async (book, _oracle, next) => {
  await book.call('student.set', { id: await anyStudent(book, next), change: { name: `Name ${next(1000)}` } });
};
const renumber: Step = async (book, _oracle, next) => {
  await book.call('student.set', {
    id: await anyStudent(book, next),
    change: { number: next(4) === 0 ? null : String(next(6)) },
  });
};
const regroup: Step = async (book, _oracle, next) => {
  await book.call('student.set', {
    id: await anyStudent(book, next),
    change: { group: ['Red', 'Blue', null][next(3)] ?? null, note: `note ${next(50)}` },
  });
};
const tag: Step = async (book, _oracle, next) => {
  const name = ['choir', 'front', 'monitor'][next(3)] ?? 'choir';
  await book.call('student.set', {
    id: await anyStudent(book, next),
    change: {},
    ...(next(2) === 0 ? { tag: [name] } : { untag: [name] }),
  });
};
const remove: Step = async (book, _oracle, next) => {
  await book.call('student.delete', { ids: [await anyStudent(book, next)] });
};
const restore: Step = async (book, _oracle, next) => {
  await book.call('student.restore', { ids: [await anyStudent(book, next, true)] });
};

const applyOnly: Step = async (book, _oracle, next) => run(book, 'apply', next);
const pullOnly: Step = async (book, _oracle, next) => run(book, 'pull', next);
const sync: Step = async (book, _oracle, next) => run(book, 'sync', next);

async function run(book: Book, mode: 'apply' | 'pull' | 'sync', next: (below: number) => number): Promise<void> {
  const plan = await book.preview();
  await book.run(mode, plan.planId, {
    conflicts: (['skip', 'local', 'server', 'newer'] as const)[next(4)] ?? 'skip',
    allowMassChange: true,
  });
}

const syncAfterEdit: Step = async (book, oracle, next) => {
  const plan = await book.preview();
  await award(book, oracle, next);
  if (next(3) === 0) await rename(book, oracle, next);
  await book.run('sync', plan.planId, { conflicts: 'local', allowMassChange: true });
};

/** After the last step: every device syncs in turn and settles what asks, until nobody has anything left. Returns the rounds it took. */
export async function converge(books: readonly Book[], most: number): Promise<number> {
  let last: readonly unknown[] = [];
  for (let round = 1; round <= most; round += 1) {
    let listed = 0;
    for (const book of books) {
      const plan = await book.preview();
      listed += plan.total;
      if (plan.total > 0 && round === most) last = [book.device.name, ...(await book.rows(plan.planId))];
      if (plan.total > 0)
        await book.run('sync', plan.planId, { conflicts: round % 2 === 1 ? 'server' : 'local', allowMassChange: true });
    }
    if (listed === 0) return round;
  }
  throw new Error(`not the same after ${most} rounds: ${JSON.stringify(last)}`);
}
