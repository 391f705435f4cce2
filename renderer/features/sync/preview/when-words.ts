import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import type { Words } from './field-words.ts';

type RowTimes = Pick<PlanRowItem, 'direction' | 'kind' | 'by' | 'times'>;

/** Who made a change and when, in a few words: "here, 10:01", "Office PC, 08:50". */
export function whoWhen(row: RowTimes, words: Words): string {
  const { t } = words;
  if (row.kind === 'conflict' || row.direction === 'both') return t('sync:who.both');
  const here = row.direction === 'up';
  const who = here ? t('sync:who.here') : (row.by.server ?? t('sync:who.server'));
  const at = here ? row.times.local : row.times.server;
  return at === null ? who : t('sync:who.at', { who, when: words.format.when(at) });
}

/** One side of a row with device, time and how long ago, for the detail; on paper without how long ago. */
export function sideOrigin(row: Pick<PlanRowItem, 'by' | 'times'>, side: 'local' | 'server', words: Words): string {
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
