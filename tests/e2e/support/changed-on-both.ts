import type { TestDatabase } from '../../support/postgres.ts';
import type { App } from './app.ts';
import { shareClass, syncBeside } from './shared-class.ts';

/**
 * Shares a class between two devices, lets each of them touch the same four students without the other's knowledge, and sends what `there` did, so that the
 * list of `here` asks about it: Li W was renamed on both, Chen Yu deleted there and renamed here, Wang Fang renamed there and deleted here, and Zhao Min
 * deleted there and given a point here.
 */
export async function changedOnBoth(here: App, there: App, database: TestDatabase): Promise<void> {
  await shareClass(there, here, database, ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min']);
  const { items: classes } = await here.call('class.list', {});
  const classId = classes[0]?.id ?? '';
  const { items } = await here.call('student.list', { classId });
  const idOf = (wanted: string): string => items.find(({ name }) => name === wanted)?.id ?? '';
  const rename = async (app: App, name: string, to: string): Promise<void> => {
    await app.call('student.set', { classId, id: idOf(name), change: { name: to } });
  };
  await rename(there, 'Li W', 'Li Wei');
  await there.call('student.delete', { classId, ids: [idOf('Chen Yu'), idOf('Zhao Min')] });
  await rename(there, 'Wang Fang', 'Wang Fan');
  await syncBeside(there);
  await rename(here, 'Li W', 'Li Wen');
  await rename(here, 'Chen Yu', 'Chen Yue');
  await here.call('student.delete', { classId, ids: [idOf('Wang Fang')] });
  const award = { delta: 2, text: 'Homework' };
  await here.call('score.add', { classId, studentIds: [idOf('Zhao Min')], award });
}
