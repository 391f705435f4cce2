import { dealer, shuffled, type Dealer } from '../../simulation/dealer.ts';
import { pick as pickAny, type Random } from '../../simulation/random.ts';
import type { ConnectedClass } from './connected-class.ts';
import { asking, plain, type Making } from './differences.ts';
import { planRows } from './plan-results.ts';

/** So many differences of a list are dealt beside those that are in every one. */
const dealtBeside = 8;
/** Students known on both sides: more than one set takes. */
const enough = 26;

/** One of the items, of which there is at least one. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const found = pickAny(random, items);
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** A dealer of the differences that are in some lists only: whatever the seed, the ten lists of five sets hold each of them at least three times. */
export function dealDifferences(random: Random): Dealer<string> {
  return dealer(random, Object.keys(plain));
}

/** Sees to it that there are students enough whom both sides know, each with points, a group and a reason that can be called otherwise. */
export async function fillClass(made: ConnectedClass, round: number): Promise<void> {
  const { app, classId } = made;
  const { items } = await app.call('student.list', { classId });
  const students = Array.from({ length: enough }, (_none, index) => ({ name: `Student ${round} ${index + 1}` }));
  const added = items.length < enough + 12 ? (await app.call('student.add', { classId, students })).items : [];
  const award = { delta: 1, text: 'Homework' };
  await app.call('score.add', { classId, studentIds: [...items, ...added].map(({ id }) => id), award });
  if ((await app.call('group.list', { classId })).items.length === 0)
    await app.call('group.add', { classId, name: 'Red' });
  if (round === 1 || added.length > 0) await app.call('reason.add', { classId, text: `Read ${round}`, delta: 1 });
  await made.sync();
}

/** Makes both sides differ in every way a teacher is asked about, and in some that ask nothing. Answers how they differ. */
export async function makeDifferences(
  made: ConnectedClass,
  { random, deal, round }: { readonly random: Random; readonly deal: Dealer<string>; readonly round: number },
): Promise<readonly string[]> {
  const { app, classId } = made;
  // What was left before is still asked about, and is no part of another question.
  const { planId } = await app.call('sync.preview', { classId, connectionId: made.connectionId });
  const asked = JSON.stringify((await planRows(app, planId)).map(({ key, fields }) => [key, fields]));
  const { items } = await app.call('student.list', { classId });
  const left = items.map(({ id }) => id).filter((id) => !asked.includes(id));
  const all = shuffled(random, [...Object.keys(asking), ...deal(dealtBeside)]);
  for (const [index, name] of all.entries()) {
    const making: Making = {
      made,
      random,
      digits: `${round}${String(index).padStart(2, '0')}`,
      student: () => {
        const [id] = left.splice(random(left.length), 1);
        if (id === undefined) throw new Error('no student left');
        return id;
      },
      here: async (id, change) => void (await app.call('student.set', { classId, id, change })),
      there: async (id, set, ...values) =>
        void (await made.onServer(`UPDATE tallybook.student SET ${set} WHERE id = $1`, id, ...values)),
    };
    await (asking[name] ?? plain[name])?.(making);
  }
  return all;
}
