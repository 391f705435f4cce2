import { decideAndRun, plainly, preview } from './exchange.ts';
import { pick } from './random.ts';
import { countFault, note, type Member, type World } from './world.ts';

/** Somebody takes one of the last runs of a device back. */
export async function takeRunBack(world: World, who: Member): Promise<void> {
  const { device, classId, connectionId } = who;
  const { items } = await device.call('run.list', { classId, connectionId });
  const done = items.filter(({ outcome }) => outcome === 'completed' || outcome === 'undecided');
  const run = pick(world.next, done.slice(0, 4));
  if (run === undefined) return;
  const plan = await preview(world, who, null, { kind: 'undo', runId: run.runId });
  if (plan === null || plan.total === 0) return;
  const manner = { ...plainly(plan.runMode ?? 'sync'), purpose: 'undo', editBetween: world.next(8) === 0 } as const;
  await decideAndRun(world, who, plan.planId, manner);
  countFault(world, 'run-undone');
  note(world, `${device.name} took a run back`);
}

/** Somebody makes a device what the server is, whatever was not sent. */
export async function pullAndReplace(world: World, who: Member): Promise<void> {
  const plan = await preview(world, who, null, { kind: 'replace' });
  if (plan === null || plan.total === 0) return;
  await decideAndRun(world, who, plan.planId, { ...plainly('pull'), purpose: 'replace' });
  countFault(world, 'pulled-and-replaced');
}
