import type pg from 'pg';
import { decide } from './decisions.ts';
import { bothChanged } from './expectation.ts';
import { Broken } from './oracle.ts';
import { rowsOf } from './plan-rows.ts';
import { textRows, type SimServer } from './sim-server.ts';
import { addressOf, differing, localSnapshot, marksOf, serverSnapshot, type Snapshot } from './snapshot.ts';
import { countFault, note, peerOf, type Member, type World } from './world.ts';

/** Rounds in which copies of all devices must hold the same. */
const mostRounds = 12;

/** What came of meeting in another order, and the rows about which somebody was asked on the way. */
export interface OtherEnd {
  readonly server: Snapshot;
  readonly asked: ReadonlySet<string>;
  /** The rows that were anywhere before. */
  readonly known: ReadonlySet<string>;
  /** Rows whose end the order decides although nobody is asked. */
  readonly turnedBack: ReadonlySet<string>;
  /** The epoch of the server before, and that of its copy in the end. */
  readonly epochs: readonly [before: string, after: string];
}

/** Copies of all devices meet a copy of the server, the last one first, until nothing is listed any more. Nobody else notices. */
export async function convergeInOtherOrder(world: World): Promise<OtherEnd> {
  const { server } = world;
  for (const { device } of world.members) await device.gate.forget();
  const sides = [
    await serverSnapshot(server, world.oracle.scope),
    ...world.members.map(({ device, classId }) => localSnapshot(device.file(classId))),
  ];
  const known = new Set(sides.flatMap((side) => [...side.keys()]));
  const turnedBack = turnedBackRows(world, sides[0] ?? new Map());
  const database = await server.save();
  const session = await server.sessionIn(database);
  const copies: Member[] = [];
  try {
    for (const who of world.members) {
      const device = await who.device.clone(`${who.device.name}'`, server, who.classId, who.connectionId);
      device.gate.leadsTo = database;
      copies.push({ ...who, device, copy: null, oldPlan: null, backup: null });
    }
    const asked = new Set<string>();
    const rows = async (sql: string, params?: readonly unknown[]) => await textRows(session, sql, params);
    const before = await epochOf({ rows });
    await convergeBackwards(world, copies, session, asked);
    const epochs = [before, await epochOf({ rows })] as const;
    return { server: await serverSnapshot({ rows }, world.oracle.scope), asked, known, turnedBack, epochs };
  } finally {
    for (const { device } of copies) await device.stop();
    await session.end();
    await server.forget(database);
  }
}

/**
 * Rows a device puts back to what another still takes for agreed on, while that one has made of them what the server has. Whoever is first decides: the server is as the
 * other knew it, and takes what that one made of it, or both had made the same of it, which is then put back. Content says what changed, and neither loses what it had not seen.
 */
function turnedBackRows({ members }: World, server: Snapshot): ReadonlySet<string> {
  const sides = members.map((who) => {
    const db = who.device.file(who.classId);
    return { local: localSnapshot(db), base: marksOf(db, peerOf(who)).base };
  });
  return new Set(
    sides.flatMap((one) =>
      differing(one.base, one.local).filter((address) => {
        const columns = Object.keys({ ...one.base.get(address), ...one.local.get(address) });
        return columns.some((column) => {
          const [agreed, made] = [stateOf(one.base, address, column), stateOf(one.local, address, column)];
          if (agreed === made || stateOf(server, address, column) !== made) return false;
          return sides.some(
            ({ base, local }) => stateOf(base, address, column) === made && stateOf(local, address, column) === agreed,
          );
        });
      }),
    ),
  );
}

/** What a side says of a cell: deleted is deleted, whenever that was. */
function stateOf(side: Snapshot, address: string, column: string): string | null {
  const row = side.get(address);
  if (row === undefined) return 'absent';
  const value = row[column] ?? null;
  return value !== null && column.startsWith('deleted_') ? 'deleted' : value;
}

async function convergeBackwards(
  world: World,
  copies: readonly Member[],
  session: pg.Client,
  asked: Set<string>,
): Promise<void> {
  for (let round = 1; round <= mostRounds; round += 1) {
    let listed = 0;
    for (const who of copies.toReversed()) {
      world.clock.advance(1_000);
      await session.query(`SELECT setval('public.sim_clock', ${world.clock.now})`);
      const { device, classId, connectionId } = who;
      const { planId, total } = await device.call('sync.preview', { classId, connectionId });
      listed += total;
      if (total === 0) continue;
      await decide(world, who, planId, round % 2 === 1 ? 'server' : 'local');
      for (const item of await rowsOf(who, planId))
        if (item.kind === 'conflict' || item.left !== null || item.fields.some(bothChanged))
          asked.add(addressOf(item.table, item.key));
      const { outcome, error } = await device.call('sync.run', {
        classId,
        planId,
        mode: 'sync',
        allowMassChange: true,
        allowErase: true,
      });
      if (outcome !== 'completed' && outcome !== 'undecided')
        throw new Broken('I16', `a run in another order ended with ${outcome} ${JSON.stringify(error)}`);
    }
    if (listed === 0) return;
  }
  throw new Broken('I2', `not the same after ${mostRounds} rounds in another order`);
}

async function epochOf(server: Pick<SimServer, 'rows'>): Promise<string> {
  return (await server.rows('SELECT epoch FROM tallybook.meta'))[0]?.[0] ?? '';
}

/** Whatever order devices met in, all hold the same where nobody had to be asked (I9). */
export async function checkSameEnd(world: World, other: OtherEnd): Promise<void> {
  const [before, after] = other.epochs;
  if (after !== before && (await epochOf(world.server)) === before) {
    // The copy is another database, on which a later mark of a device's twin proves nothing; on the original it does.
    countFault(world, 'other-order-apart');
    note(world, 'only in another order the server was found put back');
    return;
  }
  const here = await serverSnapshot(world.server, world.oracle.scope);
  // Nobody edits any more: what nobody had before was made by a decision, such as an alias, or a record beside another one.
  const isAsked = (address: string): boolean =>
    world.asked.has(address) || other.asked.has(address) || other.turnedBack.has(address) || !other.known.has(address);
  const wrong = differing(here, other.server).find((address) => !isAsked(address));
  if (wrong !== undefined)
    throw new Broken(
      'I9',
      `${wrong} is ${JSON.stringify(here.get(wrong) ?? null)} and in another order ${JSON.stringify(other.server.get(wrong) ?? null)}`,
    );
  countFault(world, 'other-order');
  note(world, `the same in another order but for ${differing(here, other.server).length}`);
}
