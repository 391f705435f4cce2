import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { mutants } from './mutants.ts';
import type { Mutant } from './mutant.ts';
import type { MutantResult } from './run-mutants.ts';

/** Results of a run that can be stopped: one line of JSON for each, added as it comes. */
export interface MutantState {
  /** The kept result of a mutant that was noticed, where it is the same one still. */
  noticed(mutant: Mutant): MutantResult | undefined;
  keep(result: MutantResult): void;
}

interface Kept {
  readonly mark: string;
  readonly result: MutantResult;
}

/** Opens the results kept in a file; without one nothing is kept. */
export function openMutantState(file: string | undefined): MutantState {
  const kept = new Map<string, Kept>();
  if (file !== undefined && existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const entry = JSON.parse(line) as Kept;
      kept.set(entry.result.id, entry);
    }
  return {
    noticed(mutant) {
      const entry = kept.get(mutant.id);
      return entry?.result.state === 'red' && entry.mark === markOf(mutant) ? entry.result : undefined;
    },
    keep(result) {
      const mutant = mutants.find(({ id }) => id === result.id);
      if (mutant === undefined || file === undefined) return;
      appendFileSync(file, `${JSON.stringify({ mark: markOf(mutant), result } satisfies Kept)}\n`);
    },
  };
}

function markOf(mutant: Mutant): string {
  return createHash('sha256').update(JSON.stringify(mutant)).digest('hex').slice(0, 16);
}
