import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';

const programs = ['simulate', 'mutants', 'crash', 'faults', 'fuzz-values', 'prove', 'bench', 'test'];

function start(name: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts', 'commands', `${name}.ts`), ...args],
    { encoding: 'utf8' },
  );
  return {
    status,
    stdout,
    lines: stderr
      .trim()
      .split('\n')
      .filter((line) => line !== ''),
  };
}

describe.each(programs)('npm run %s', (name) => {
  it('says what it takes where it is asked for help, and does nothing else', () => {
    const { status, stdout, lines } = start(name, '--help');
    expect({ status, lines }).toEqual({ status: 0, lines: [] });
    expect(stdout.startsWith(`npm ${name === 'test' ? '' : 'run '}${name.replace('-', ':')} -- `)).toBe(true);
    const source = readFileSync(join(root, 'scripts', 'commands', `${name}.ts`), 'utf8');
    const options = [...source.matchAll(/([\w-]+)'?: \{ type: '(?:string|boolean)'/gu)].map(
      ([, option]) => `--${option}`,
    );
    expect(options.filter((option) => !stdout.includes(option))).toEqual([]);
  }, 60_000);

  it('refuses an option it does not know in one line that names it', () => {
    const { status, stdout, lines } = start(name, '--nonsense');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("'--nonsense'");
  }, 60_000);
});

it.each([
  ['simulate', ['--seeds', 'many'], 'many'],
  ['simulate', ['--about', 'nothing'], '--about'],
  ['crash', ['--postgres', '7'], '--postgres'],
  ['mutants', ['--only', 'no-such-rule'], 'no-such-rule'],
  ['faults', ['--only', 'no-such-fault'], 'no-such-fault'],
  ['prove', ['nothing'], 'what to prove'],
] as const)(
  'npm run %s refuses %j in one line',
  (name, args, named) => {
    const { status, lines } = start(name, ...args);
    expect(status).toBe(2);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(named);
  },
  60_000,
);
