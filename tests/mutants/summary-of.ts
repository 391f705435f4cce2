import type { MutantResult } from './run-mutants.ts';

/** One line on what became of the rules that were taken out, with the names of those no test noticed. */
export function summaryOf(results: readonly Pick<MutantResult, 'id' | 'state'>[]): string {
  const ofState = (state: MutantResult['state']): string =>
    results
      .filter((result) => result.state === state)
      .map(({ id }) => id)
      .join(', ');
  const [green, broken] = [ofState('green'), ofState('broken')];
  const red = results.filter(({ state }) => state === 'red').length;
  return [
    `${red} of ${results.length} noticed by the tests when taken out`,
    ...(green === '' ? [] : [`not noticed: ${green}`]),
    ...(broken === '' ? [] : [`could not be tried: ${broken}`]),
  ].join('; ');
}
