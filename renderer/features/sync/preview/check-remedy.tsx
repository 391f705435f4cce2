import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { errorFromJson } from '../../../../shared/errors.ts';
import { shownParams } from '../../../../shared/text/shown-params.ts';
import { href, navigate, setQuery } from '../../../router.ts';
import { Grant } from '../../connect/grant.tsx';
import { connectionsStore } from '../connections-store.ts';
import { noFilter } from './change-filter.ts';
import { checkWays, rowsOf, type CheckWay } from './check-ways.ts';
import type { CheckLine } from './plan-checks.ts';
import type { PreviewStore } from './preview-store.ts';
import styles from './summary.module.css';

/** What can be done about a check that is not well: the remedy, and the buttons that do it or lead there. */
export function CheckRemedy(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly line: CheckLine;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { store, plan, line, onClose } = props;
  const { params: given } = line.worst;
  const connection = connectionsStore.use((state) => state.data?.find((item) => item.id === plan.connectionId));
  const [copied, setCopied] = useState(false);
  const { code, params } = errorFromJson({ code: line.worst.code ?? '', params: given });
  const lines = (['title', 'unchanged', 'remedy'] as const).map((part) =>
    t(`errors:${code}.${part}`, shownParams(params)),
  );
  const sql = typeof params['sql'] === 'string' ? [params['sql']] : [];
  const copy = (): void =>
    void navigator.clipboard.writeText(['Tallybook:', ...lines, `code: ${code}`, ...sql].join('\n')).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  const go = (way: CheckWay): void => {
    const rows = rowsOf(way, given);
    if (rows !== null) setQuery({ ...noFilter, ...rows });
    else if (way === 'edit') navigate(href(`sync/server/${plan.connectionId}`));
    else if (way === 'setUp') navigate(href(`sync/prepare/${plan.connectionId}`));
    else if (way === 'connections') navigate(href('sync'));
    else if (way === 'again') void store.refresh();
    else if (way === 'compare') void store.compare();
    if (way === 'copy') copy();
    else onClose();
  };
  const helps = (way: CheckWay): boolean => {
    if (way === 'edit') return connection?.builtin === false;
    // Single tables that are gone or changed are nothing the app repairs: setting up makes a whole schema, or brings an older one up.
    if (way === 'setUp') return code.startsWith('schema-') && code !== 'schema-damaged';
    // What the account may do beyond need is nothing that is put right while one waits.
    if (way === 'again' && line.id === 'rights') return code === 'right-missing';
    if (way === 'refused') return code === 'rows-refused' || code === 'trigger-broken';
    return plan.total > 0 || rowsOf(way, given) === null;
  };
  return (
    <div className={styles['remedy']}>
      <p className={styles['told']}>{lines.at(-1)}</p>
      <Grant error={{ params }} />
      {checkWays[line.id].filter(helps).map((way) => (
        <Button key={way} onClick={() => go(way)}>
          {way === 'copy'
            ? t(copied ? 'common:copied' : 'common:copyForIt')
            : t(way === 'edit' ? 'sync:card.edit' : way === 'setUp' ? 'sync:preview.setUp' : `sync:check.way.${way}`)}
        </Button>
      ))}
      <Button onClick={onClose}>{t('common:close')}</Button>
    </div>
  );
}
