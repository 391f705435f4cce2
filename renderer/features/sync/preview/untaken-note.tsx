import { WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format.ts';
import type { Words } from './field-words.ts';
import type { Untaken } from './preview-state.ts';
import type { PreviewStore } from './preview-store.ts';
import { recordText } from './what-changes.ts';
import styles from './run.module.css';

/** More records than these are counted. */
const longest = 3;

/** What was not taken because the list was made again meanwhile, by name. It stays until somebody has read it. */
export function UntakenNote(props: { readonly store: PreviewStore }) {
  const { t } = useTranslation();
  const words: Words = { t, format: useFormat() };
  const untaken = props.store.use((state) => state.untaken);
  if (untaken === null) return null;
  const said = new Set(untaken.map((one) => untakenText(one, words)));
  return (
    <div className={styles['untaken']} role="alert">
      <WarningOutlined className={styles['untakenIcon'] ?? ''} aria-hidden />
      <div>
        {[...said].map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      <Button onClick={() => props.store.dismiss('untaken')}>{t('common:gotIt')}</Button>
    </div>
  );
}

function untakenText({ kind, rows }: Untaken, words: Words): string {
  const { t, format } = words;
  if (kind === 'undo' || kind === 'redo') return t(`sync:untaken.${kind}`);
  if (rows.length === 0) return t('sync:untaken.many');
  const named = format.series(rows.slice(0, longest).map((row) => recordText(row, words)));
  const more = rows.length > longest ? t('sync:what.more', { count: rows.length - longest }) : null;
  return t(`sync:untaken.${kind}`, { records: more === null ? named : format.lead(named) + more });
}
