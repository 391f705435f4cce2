import type { TestPostgres } from '../../support/postgres.ts';
import type { App } from './app.ts';
import { ConnectedClass } from './connected-class.ts';

/** Students whose name was changed on both sides. */
export const renamedTwice = ['Anna', 'Ben', '张三', '李四', 'Emil'] as const;

/** The records of the tangled class by name: a Chinese one stands where its reading does, points with their student. No two are equal. */
export const namesUpwards =
  'Anna H, Ben H, Emil H, Fritzi, Greta, Points · Greta, Hanna, Ida, Points · Jan, 李四 H, Nora Lind · 30, Nora · 30, Points · 王芳, 张三 H'.split(
    ', ',
  );

/**
 * A class with every kind of question and changes that ask nothing: five names changed on both sides (with a note on the server), one student deleted there
 * and changed here, one deleted there who got points here, one number given twice, and points and a name on either side. `before`: what both sides are to agree on first.
 */
export async function tangledClass(
  app: App,
  postgres: TestPostgres,
  before: (made: ConnectedClass) => Promise<void> = async () => {},
): Promise<ConnectedClass> {
  const plain = ['Fritz', 'Greta', 'Hans', 'Ida', 'Jan', '王芳', 'Lena', 'Max'];
  const made = await ConnectedClass.make(app, postgres, [...renamedTwice, ...plain]);
  await before(made);
  for (const name of renamedTwice) await made.here(name, { name: `${name} H` });
  // Which is newer must be more than the clocks can be wrong by, which on a crowded machine is long.
  await made.onServer('SELECT pg_sleep(1)');
  for (const name of renamedTwice) await made.there(name, 'name = $2, note = $3', `${name} S`, 'sits in front');
  await made.here('Fritz', { name: 'Fritzi' });
  await made.award('Greta', 2);
  for (const name of ['Fritz', 'Greta']) await made.there(name, 'deleted_at = now()');
  await app.call('student.add', { classId: made.classId, students: [{ name: 'Nora', number: '30' }] });
  await made.addThere('Nora Lind', '30');
  await made.here('Hans', { name: 'Hanna' });
  await made.there('Ida', 'note = $2', 'new glasses');
  await made.award(['Jan', '王芳'], 2);
  return made;
}
