import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { mutants } from './mutants.ts';
import { mutate, runMutants } from './run-mutants.ts';
import { summaryOf } from './summary-of.ts';

describe('a rule that is taken out of the engine', () => {
  it('is one place in one file, and has tests or seeds that must notice', () => {
    for (const mutant of mutants) {
      expect(() => mutate(readFileSync(join(root, mutant.file), 'utf8'), mutant), mutant.id).not.toThrow();
      expect(mutant.tests.length + (mutant.seeds?.count ?? 0), mutant.id).toBeGreaterThan(0);
    }
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
  });

  it('is missed by a test', async () => {
    const quick = ['edit-against-delete', 'no-await-in-a-transaction', 'no-local-cascade'];
    const results = await runMutants(
      mutants.filter(({ id }) => quick.includes(id)),
      1,
    );
    expect(results.map(({ id, state }) => `${id} ${state}`)).toEqual(quick.map((id) => `${id} red`));
  }, 300_000);

  it('is not called noticed where no test fails, nor where the tests cannot run at all', async () => {
    const change = { rule: 'none', file: 'shared/sync/merge.ts', tests: ['shared/sync/merge.test.ts'] };
    const find = 'import { countOn, larger } from';
    const results = await runMutants(
      [
        { ...change, id: 'nothing-taken-out', find, replace: `${find} ` },
        { ...change, id: 'no-program', find, replace: 'import { from' },
      ],
      1,
    );
    expect(results.map(({ id, state }) => `${id} ${state}`)).toEqual(['nothing-taken-out green', 'no-program broken']);
  }, 300_000);

  it('is told of in one line: how many were noticed, and which were not', () => {
    const result = (id: string, state: 'red' | 'green' | 'broken') => ({ id, state });
    expect(summaryOf([result('a', 'red')])).toBe('1 of 1 noticed by the tests when taken out');
    expect(summaryOf([result('a', 'red'), result('b', 'green'), result('c', 'broken'), result('d', 'green')])).toBe(
      '1 of 4 noticed by the tests when taken out; not noticed: b, d; could not be tried: c',
    );
  });
});
