import { endTransaction } from './foreign-writer.ts';
import { pick } from './random.ts';
import { classesOf, countFault, note, type World } from './world.ts';

const day = 86_400_000;

/** The server's database is copied, or becomes what it was when it was copied: a school puts a backup back. */
export async function saveOrRestoreServer(world: World): Promise<void> {
  for (const each of classesOf(world)) {
    await endTransaction(each);
    for (const { device } of each.members) await device.gate.forget();
  }
  const { server } = world;
  if (world.saved === null) {
    const versions = new Map(classesOf(world).map(({ oracle }) => [oracle.scope, oracle.versions.copyOf('server')]));
    world.saved = { database: await server.save(), versions };
    note(world, 'the server is backed up');
    return;
  }
  const { database, versions } = world.saved;
  world.saved = null;
  await server.restore(database);
  for (const each of classesOf(world)) {
    await each.oracle.serverBecame(versions.get(each.oracle.scope) ?? new Map());
    await each.oracle.forgetUnheld(each.members);
    each.restored = true;
  }
  countFault(world, 'server-restored');
  note(world, 'the server goes back to its backup');
}

/** Somebody empties a table of the server with psql, with all that hangs on it. */
export async function truncateTable(world: World): Promise<void> {
  for (const each of classesOf(world)) await endTransaction(each);
  const table = pick(world.next, ['student', 'score_event', 'student_tag', '"group"', 'reason']) ?? 'student';
  await world.server.rows(`TRUNCATE tallybook.${table} CASCADE`);
  for (const each of classesOf(world)) {
    await each.oracle.noteForeign();
    await each.oracle.forgetUnheld(each.members);
  }
  countFault(world, 'server-truncated');
  note(world, `psql truncates ${table}`);
}

/** More time passes than a server remembers deletions: whoever was not there meanwhile has to compare everything. */
export async function letYearPass(world: World): Promise<void> {
  world.clock.advance(400 * day);
  await world.server.tellTime();
  for (const each of classesOf(world)) each.yearPassed = true;
  note(world, 'a year passes');
}
