import { openSession } from '../../support/managed-database.ts';
import type { ConnectedClass } from './connected-class.ts';

/**
 * Holds the comparing of both sides where it reads the students, which somebody changed on the server, until it is let go: somebody else has their table for
 * himself. The server answers everything else, so that nothing is called out of reach meanwhile.
 */
export async function holdStudents(made: ConnectedClass, changed: string): Promise<() => Promise<void>> {
  await made.there(changed, `note = 'sits in front'`);
  const session = await openSession(made.database);
  await session.query('BEGIN; LOCK TABLE tallybook.student IN ACCESS EXCLUSIVE MODE');
  return async () => await session.close();
}
