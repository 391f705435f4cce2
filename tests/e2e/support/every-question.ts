import type { TestPostgres } from '../../support/postgres.ts';
import type { App } from './app.ts';
import type { ConnectedClass } from './connected-class.ts';
import { tangledClass } from './tangled-class.ts';

/**
 * A class with every kind of row a list of changes can have: the questions of a tangled class, and beside them one student deleted here and changed there (Lena), one
 * deleted here who got points there (Max), points that say something else on the server (Ida), points that wait for a question (Nora), points no PC can
 * store (Hanna), a student changed on both sides without a question who spent more than was earned (Jan), and one deleted (王芳).
 */
export async function everyQuestion(app: App, postgres: TestPostgres): Promise<ConnectedClass> {
  const made = await tangledClass(app, postgres, async (fresh) => {
    await fresh.award('Ida', 3, 'Helped');
    await fresh.sync();
  });
  const { classId } = made;
  const remove = async (name: string): Promise<void> => {
    await app.call('student.delete', { classId, ids: [made.idOf(name)] });
  };
  await made.there('Lena', 'note = $2', 'new glasses');
  await made.awardThere('Max', '2');
  await made.onServer('UPDATE tallybook.score_event SET delta = 4 WHERE student_id = $1', made.idOf('Ida'));
  await made.awardThere('Hans', '2');
  // A time no calendar has.
  await made.onServer(`UPDATE tallybook.score_event SET at = 'infinity' WHERE student_id = $1`, made.idOf('Hans'));
  await made.onServer(
    `INSERT INTO tallybook.redemption (class_id, id, student_id, reward_id, name, cost, at, device_name)
     SELECT class_id, gen_random_uuid(), id, gen_random_uuid(), 'Voucher', 50, now(), 'Office PC' FROM tallybook.student WHERE id = $1`,
    made.idOf('Jan'),
  );
  await made.here('Jan', { number: '21' });
  await made.there('Jan', 'note = $2', 'left-handed');
  for (const name of ['Lena', 'Max', '王芳']) await remove(name);
  const nora = (await made.students()).find(({ name }) => name === 'Nora');
  if (nora === undefined) throw new Error('no Nora');
  const award = { delta: 1, text: 'Homework' };
  await app.call('score.add', { classId, studentIds: [nora.id], award });
  return made;
}
