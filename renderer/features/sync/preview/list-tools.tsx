import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { setQuery } from '../../../router.ts';
import { useKeyText } from '../../../key-text.ts';
import { onlyIcon } from '../../../ui/icon.tsx';
import { ReasonButton } from '../../../ui/reason-button.tsx';
import { SearchBox } from '../../../ui/search-box.tsx';
import { BulkMenu } from './bulk-menu.tsx';
import type { BulkScope } from './bulk-scope.ts';
import { isFiltered, type ChangeFilter } from './change-filter.ts';
import { FilterChips, FilterMenu } from './filter-menu.tsx';
import { conflictCount } from './matrix-counts.ts';
import type { PreviewStore } from './preview-store.ts';
import type { ChangeList } from './use-change-list.ts';
import type { Marks } from './use-marks.ts';
import styles from './changes.module.css';

/** What the tools above the list work with. */
export interface ListToolsProps {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly list: ChangeList;
  readonly filter: ChangeFilter;
  readonly marks: Marks;
  readonly scope: BulkScope | null;
  readonly canEdit: boolean;
  readonly bulkOpen: boolean;
  readonly onBulkOpen: (open: boolean) => void;
  readonly onStep: (direction: 1 | -1) => void;
}

/** Search, filters, decisions about many rows, and what is left to decide. Drawn again only when something of it has changed, not with every row that is read. */
export const ListTools = memo(function ListTools(props: ListToolsProps) {
  const { t } = useTranslation();
  const { store, plan, list, filter } = props;
  const total = conflictCount(plan.summary);
  const shown = list.ordinals?.length ?? 0;
  return (
    <div className={styles['tools']} role="group" aria-label={t('sync:list.tools')}>
      <SearchBox
        value={filter.search}
        onChange={(q) => setQuery({ q })}
        placeholder={t('sync:list.search')}
        label={t('sync:list.searchLabel')}
      />
      <FilterMenu filter={filter} summary={plan.summary} />
      {plan.total > 0 && (
        <BulkMenu
          store={store}
          plan={plan}
          scope={props.scope}
          marks={props.marks}
          canEdit={props.canEdit}
          open={props.bulkOpen}
          onOpen={props.onBulkOpen}
        />
      )}
      <span className="visually-hidden" role="status">
        {isFiltered(filter) && list.ordinals !== null ? t('sync:list.found', { count: shown }) : ''}
      </span>
      {(total > 0 || plan.undecided > 0) && <Unresolved {...props} total={total} />}
      <FilterChips filter={filter} summary={plan.summary} />
    </div>
  );
});

/** How much is left to decide, and the way from one question to the next. */
function Unresolved(props: ListToolsProps & { readonly total: number }) {
  const { t } = useTranslation();
  const keyText = useKeyText();
  const { plan, list, total } = props;
  const why =
    plan.undecided === 0 ? t('sync:list.noneLeft') : list.unresolved.length === 0 ? t('sync:list.noneShown') : null;
  return (
    <div className={styles['left']}>
      <span role="status">
        {t('sync:list.left', { count: plan.undecided, total: Math.max(total, plan.undecided) })}
      </span>
      <ReasonButton
        size="small"
        aria-label={t('sync:list.previous')}
        title={`${t('sync:list.previous')} (${keyText('Shift+N')})`}
        why={why}
        {...onlyIcon('left')}
        onClick={() => props.onStep(-1)}
      />
      <ReasonButton
        size="small"
        aria-label={t('sync:list.next')}
        title={`${t('sync:list.next')} (${keyText('N')})`}
        why={why}
        {...onlyIcon('right')}
        onClick={() => props.onStep(1)}
      />
    </div>
  );
}
