/**
 * A device that works without a pause until it is killed: `node victim.ts FOLDER CLASS CONNECTION SEED`. Before each sync it says which moment begins, after
 * each point that was confirmed it prints the point's id: what was printed must never be lost.
 */
import { writeSync } from 'node:fs';
import { clientOf } from '../../electron/engine/host-client.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { pick, randomOf } from '../simulation/random.ts';

const [folder = '', classId = '', connectionId = '', seed = '1'] = process.argv.slice(2);
const next = randomOf(Number(seed));
const engine = createEngine({
  dataFolder: folder,
  version: '0.0.0-test',
  checkResults: false,
  fallbackPassword: process.env['TALLYBOOK_PASSWORD'],
});
const client = clientOf(engine);
/** At once and whole: what is printed counts as said to a person. */
const say = (line: string): void => void writeSync(1, `${line}\n`);

async function award(studentIds: readonly string[]): Promise<void> {
  const given = { delta: next(9) - 4, text: 'Helped' };
  const { items } = await client.call('score.add', { classId, studentIds: [...studentIds], award: given });
  for (const { id, delta } of items) say(`point ${id} ${delta}`);
}

async function exchange(): Promise<void> {
  const mode = pick(next, ['apply', 'pull', 'sync'] as const) ?? 'sync';
  say('moment preview');
  const plan = await client.call('sync.preview', { classId, connectionId });
  say(`moment ${mode}`);
  await client.call('sync.run', { classId, planId: plan.planId, mode, conflicts: 'server', allowMassChange: true });
  say('moment between');
}

say('moment start');
for (;;) {
  const { items } = await client.call('student.list', { classId });
  for (let count = next(4); count >= 0; count -= 1) {
    const student = pick(next, items);
    if (student === undefined) continue;
    if (next(3) > 0) await award([student.id]);
    else await client.call('student.set', { classId, id: student.id, change: { name: `Name ${next(1000)}` } });
  }
  // A server that is gone or busy ends one attempt, not the work.
  await exchange().catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) throw error;
    say(`moment ${String(error.code)}`);
  });
}
