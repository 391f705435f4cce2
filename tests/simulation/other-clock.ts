import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { preview } from './exchange.ts';
import { isSettledByTime } from './expectation.ts';
import { Broken } from './oracle.ts';
import { rowsOf } from './plan-rows.ts';
import { pick } from './random.ts';
import { addressOf } from './snapshot.ts';
import { countFault, type Member, type World } from './world.ts';

const hour = 3_600_000;

/**
 * Looks twice at the same moment, the second time with a clock that is wrong by minutes or years. Both lists hold the same rows with the same values on all sides;
 * a wrong clock may only ask where a right one takes the newer of two edits (I8).
 */
export async function lookWithOtherClock(world: World, member: Member): Promise<void> {
  const { device } = member;
  const first = await preview(world, member);
  if (first === null) return;
  const right = await itemsOf(member, first.total, first.planId);
  const { skewMs } = device;
  device.skewMs = skewMs + (pick(world.next, [60_000, -hour, 24 * hour, -720 * hour, 87_600 * hour]) ?? hour);
  const second = await preview(world, member);
  device.skewMs = skewMs;
  if (second === null) return;
  countFault(world, 'other-clock');
  const wrong = await itemsOf(member, second.total, second.planId);
  for (const address of new Set([...right.keys(), ...wrong.keys()])) {
    const [a, b] = [right.get(address), wrong.get(address)];
    if (a === undefined || b === undefined)
      throw new Broken('I8', `${address} is listed by one clock and not by another`);
    if (
      a.kind !== b.kind &&
      (a.kind === 'conflict' || b.kind === 'conflict') &&
      a.fields.some((field) => isSettledByTime(a, field))
    )
      continue;
    if (told(a) !== told(b)) throw new Broken('I8', `${address} is ${told(a)} by one clock and ${told(b)} by another`);
  }
}

async function itemsOf(member: Member, total: number, planId: string): Promise<ReadonlyMap<string, PlanRowItem>> {
  const items = total === 0 ? [] : await rowsOf(member, planId);
  return new Map(items.map((item) => [addressOf(item.table, item.key), item]));
}

/** All that no clock may change. */
function told({ kind, conflict, direction, fields }: PlanRowItem): string {
  const values = fields.map(({ name, base, local, server }) => JSON.stringify([name, base, local, server]));
  return JSON.stringify([kind, conflict, direction, values.toSorted()]);
}
