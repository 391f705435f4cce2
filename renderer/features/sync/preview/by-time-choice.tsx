import { Button } from 'antd';
import type { RowProps } from './row-props.ts';
import { byTimeFields, newerSide } from './what-changes.ts';

/** Where the newer of two changes counts by itself: lets the other one count, or the newer one again. Nothing for every other change. */
export function ByTimeChoice({ store, row, words }: Pick<RowProps, 'store' | 'row' | 'words'>) {
  const { t } = words;
  const fields = byTimeFields(row);
  if (fields.length === 0) return null;
  const target = { ordinals: [row.ordinal] };
  const newer = newerSide(row);
  if (newer === null)
    return <Button onClick={() => void store.decide({ target, choice: null })}>{t('sync:detail.letNewer')}</Button>;
  const older: 'local' | 'server' = newer === 'local' ? 'server' : 'local';
  const choice = {
    choice: 'merge',
    fields: Object.fromEntries(fields.map(({ name }) => [name, older] as const)),
  } as const;
  return <Button onClick={() => void store.decide({ target, ...choice })}>{t(`sync:detail.letOlder.${older}`)}</Button>;
}
