import { useTranslation } from 'react-i18next';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import type { Words } from './field-words.ts';
import { whatHappens } from './fixed-words.ts';
import { Pieces } from './record-columns.tsx';
import { nameText, recordText } from './what-changes.ts';
import styles from './run.module.css';

/** More rows than this are counted: the list behind the question shows them all. */
const longest = 12;

/** The rows a last question is about, by name and by what happens to them, in a box that is scrolled by mouse, touch and key. */
export function AskedRows(props: {
  readonly label: string;
  readonly rows: readonly PlanRowItem[];
  readonly purpose: PlanSummary['purpose'];
}) {
  const { t } = useTranslation();
  const words: Words = { t, format: useFormat() };
  const { label, rows, purpose } = props;
  return (
    <div role="region" tabIndex={0} className={styles['askedRows']} aria-label={label}>
      <ul>
        {rows.slice(0, longest).map((row) => (
          <li key={row.ordinal}>
            {/* The question says that it is undone; beside the name that would be read as its kind. */}
            <strong>
              {row.voids === null ? `${recordText(row, words)} ` : words.format.labelled(nameText(row, words), '')}
            </strong>
            <Pieces pieces={whatHappens(row, purpose, words)} />
          </li>
        ))}
        {rows.length > longest && <li>{t('sync:what.more', { count: rows.length - longest })}</li>}
      </ul>
    </div>
  );
}
