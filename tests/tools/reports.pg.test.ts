import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { underFloor } from '../simulation/simulate.ts';
import { faultKinds, type FaultKind } from '../simulation/world.ts';
import { schemasUnderFloor } from '../schemas/play-schemas.ts';
import { schemaEvents } from '../schemas/schema-stories.ts';
import { tempFolder } from '../support/temp-folder.ts';

const failure = { seed: 1, rule: 'I1', step: 3, found: 'something was lost', replay: 'npm run again' };

interface Program {
  readonly args: readonly string[];
  /** What a state of it says it is about, and by which word. */
  readonly about: readonly [word: 'about' | 'key', text: string];
}

/** The programs as they go on from a state in which all was done: they only tell what came of it. */
const programs: Readonly<Record<string, Program>> = {
  simulate: { args: ['--seeds', '1'], about: ['key', 'from 1, 3 devices, 60 steps, PostgreSQL 18'] },
  crash: {
    args: ['--kills', '1', '--server-kills', '0'],
    about: ['about', '1 kills, 0 of the server, from 1, PostgreSQL 18'],
  },
  faults: { args: ['--only', 'freeze'], about: ['about', 'freeze from 1, badness 1, PostgreSQL 18'] },
  'fuzz-values': { args: ['--values', '1', '--seed', '1'], about: ['about', 'values from seed 1, PostgreSQL 18'] },
  prove: { args: ['stale', '--goal', '1'], about: ['about', 'stale'] },
};

/** Starts a program that was stopped when all of it was done, with what it had found until then. */
function tell(name: string, found: object, ...more: readonly string[]) {
  const { args, about } = programs[name] ?? { args: [], about: ['about', ''] };
  const file = join(tempFolder(), 'state.json');
  const report = { seeds: 1, syncs: 2, faults: { freeze: 1 }, failures: [], traceHash: 'abc', ...found };
  writeFileSync(file, JSON.stringify({ [about[0]]: about[1], report }));
  const command = join(root, 'scripts', 'commands', `${name}.ts`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, ...args, ...more, '--json', '--state', file],
    { encoding: 'utf8' },
  );
  return { status, stderr, report: stdout.startsWith('{') ? (JSON.parse(stdout) as Record<string, unknown>) : stdout };
}

describe.each(Object.keys(programs))('npm run %s', (name) => {
  it('prints one document with all of the documented words and ends with 0 where nothing was found', () => {
    const { status, report } = tell(name, {});
    expect(Object.keys(report)).toEqual(['seeds', 'syncs', 'faults', 'failures', 'traceHash']);
    expect({ status, report }).toMatchObject({ status: 0, report: { seeds: 1, syncs: 2, failures: [] } });
  }, 60_000);

  it('ends with 1 where something was found, and says how to see it again', () => {
    const { status, stderr, report } = tell(name, { failures: [failure] });
    expect({ status, report }).toMatchObject({ status: 1, report: { failures: [failure] } });
    expect(stderr).toContain('replay: npm run again');
  }, 60_000);
});

it('a fault that struck too seldom ends a program with 1, and is named', () => {
  const network = tell('faults', { faults: { freeze: 0 } });
  expect(network).toMatchObject({ status: 1, report: { failures: [] } });
  expect(network.stderr).toContain('too seldom: freeze: 0 of at least 1');
  const seeds = tell('simulate', { seeds: 100, faults: {} }, '--seeds', '100');
  expect(seeds).toMatchObject({ status: 1, report: { seeds: 100, failures: [] } });
  expect(seeds.stderr).toContain('too seldom: lost-answer: 0 of at least 20');
}, 60_000);

it('every fault of the simulation has a floor, below which it is named, and no other with it', () => {
  // What is only counted, and is no fault: ends that are not compared.
  const uncounted: readonly FaultKind[] = ['other-order-apart'];
  const often = Object.fromEntries(faultKinds.map((kind) => [kind, 1_000])) as Record<FaultKind, number>;
  const size = { steps: 60, about: 'everything' } as const;
  expect(underFloor({ seeds: 100, faults: often }, size)).toEqual([]);
  for (const kind of faultKinds) {
    const named = underFloor({ seeds: 100, faults: { ...often, [kind]: 0 } }, size).map((line) => line.split(':')[0]);
    expect(named).toEqual(uncounted.includes(kind) ? [] : [kind]);
  }
  const events = Object.fromEntries(schemaEvents.map((event) => [event, 1_000]));
  expect(schemasUnderFloor({ seeds: 50, faults: events })).toEqual([]);
  for (const event of schemaEvents)
    expect(schemasUnderFloor({ seeds: 50, faults: { ...events, [event]: 0 } })).toHaveLength(1);
});
