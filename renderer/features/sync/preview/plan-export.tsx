import { CaretUpFilled, LoadingOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { planRowShape, planShape } from '../../../../shared/contract/plan-document.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { csvText } from '../../../../shared/model/csv.ts';
import { useFormat } from '../../../format.ts';
import { useRoute } from '../../../router.ts';
import { saveFile } from '../../../save-file.ts';
import { useAction } from '../../../use-action.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { filterFrom, isFiltered } from './change-filter.ts';
import type { Words } from './field-words.ts';
import { planHeads, planLine, readPlanRows } from './plan-lines.ts';
import styles from './print.module.css';

/** Prints or saves the list as it is filtered: on paper, as a table for people, as a document for programs. */
export function PlanExport(props: { readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const words: Words = { t, format: useFormat() };
  const { plan } = props;
  const filter = filterFrom(useRoute().query);
  const action = useAction();
  const [printed, setPrinted] = useState<readonly PlanRowItem[] | null>(null);
  const onPrinted = useCallback(() => setPrinted(null), []);
  const name = `tallybook-${plan.madeAt.slice(0, 16).replaceAll(':', '-')}`;
  const carryOut = (way: string): Promise<boolean> =>
    action.run(async () => {
      const rows = await readPlanRows(plan, filter);
      if (way === 'print') setPrinted(rows);
      else if (way === 'csv')
        saveFile(`${name}.csv`, 'text/csv', csvText([planHeads(words), ...rows.map((row) => planLine(row, words))]));
      else {
        const document = { ...planShape(plan), rows: rows.map(planRowShape) };
        saveFile(`${name}.json`, 'application/json', `${JSON.stringify(document, null, 2)}\n`);
      }
    });
  const items = (['print', 'csv', 'json'] as const).map((key) => ({ key, label: t(`sync:export.${key}`) }));
  const shown = t(isFiltered(filter) ? 'sync:export.filtered' : 'sync:export.all');
  return (
    <>
      <Dropdown
        trigger={['click']}
        placement="topLeft"
        disabled={action.busy}
        menu={{ items, onClick: ({ key }) => void carryOut(key) }}
      >
        <Button aria-haspopup="menu" title={shown} disabled={action.busy}>
          {action.busy && <LoadingOutlined aria-hidden />} {t('sync:export.label')} <CaretUpFilled aria-hidden />
        </Button>
      </Dropdown>
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
      {printed !== null && <PrintedPlan plan={plan} rows={printed} words={words} onPrinted={onPrinted} />}
    </>
  );
}

/** The list on paper: everything in one table, which is on the page only while it is printed. */
function PrintedPlan(props: {
  readonly plan: PlanSummary;
  readonly rows: readonly PlanRowItem[];
  readonly words: Words;
  readonly onPrinted: () => void;
}) {
  const { plan, rows, words, onPrinted } = props;
  const { t, format } = words;
  useEffect(() => {
    addEventListener('afterprint', onPrinted, { once: true });
    print();
    return () => removeEventListener('afterprint', onPrinted);
  }, [onPrinted]);
  return createPortal(
    <div className={styles['sheet']} data-testid="printed-plan">
      <h1>{t('sync:preview.title')}</h1>
      <p>
        {plan.ends.local} ⇄ {plan.ends.server} · {format.full(plan.madeAt)} ·{' '}
        {t('sync:list.found', { count: rows.length })}
      </p>
      <table>
        <thead>
          <tr>
            {planHeads(words).map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.ordinal}>
              {planLine(row, words).map((text, index) => (
                <td key={`${index} ${text}`}>{text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>,
    document.body,
  );
}
