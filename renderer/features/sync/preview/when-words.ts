import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import type { Words } from './field-words.ts';

type RowTimes = Pick<PlanRowItem, 'direction' | 'kind' | 'by' | 'times'>;
type Side = 'local' | 'server';

/** Who made a change and when, in a few words: "here, 10:01", "Office PC, 08:50"; a line for each side where both did. */
export function whoWhen(row: RowTimes, words: Words): string {
  if (row.kind !== 'conflict' && row.direction !== 'both')
    return sideWords(row, row.direction === 'up' ? 'local' : 'server', words);
  const known = (['local', 'server'] as const).filter((side) => row.by[side] !== null || row.times[side] !== null);
  if (known.length === 0) return words.t('sync:who.both');
  return known.map((side) => sideWords(row, side, words)).join('\n');
}

function sideWords({ by, times }: RowTimes, side: Side, { t, format }: Words): string {
  const who = side === 'local' ? t('sync:who.here') : (by.server ?? t('sync:who.server'));
  const at = times[side];
  return at === null ? who : t('sync:who.at', { who, when: format.when(at) });
}

/** One side of a row with device, time and how long ago, for the detail; on paper without how long ago. */
export function sideOrigin(row: Pick<PlanRowItem, 'by' | 'times'>, side: Side, words: Words): string {
  const { t, format } = words;
  const device = row.by[side];
  const who =
    side === 'local' ? (device === null ? t('sync:who.unchangedHere') : t('sync:who.you', { device })) : device;
  const at = row.times[side];
  return [
    who,
    at === null ? null : words.paper === true ? format.when(at) : format.aside(format.when(at), format.ago(at)),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

/** Since when the version before holds: `short` beside it, `full` for whoever wants to know; null where both sides never had one. */
export function baseOrigin(
  { times: { base } }: Pick<PlanRowItem, 'times'>,
  { t, format }: Words,
): { readonly short: string; readonly full: string } | null {
  if (base === null) return null;
  return {
    short: t('sync:who.base', { when: format.when(base) }),
    full: t('sync:who.baseFull', { when: format.full(base), ago: format.ago(base) }),
  };
}
