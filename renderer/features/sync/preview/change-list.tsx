import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Checkbox } from 'antd';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { setQuery } from '../../../router.ts';
import { Empty } from '../../../ui/empty.tsx';
import { Grid } from '../../../ui/grid.tsx';
import type { GridSelection } from '../../../ui/grid-types.ts';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { SearchBox } from '../../../ui/search-box.tsx';
import { changeColumns, type QuickChoice } from './change-columns.tsx';
import { outReason } from './fixed-words.ts';
import { changeDirections, changeKinds, isFiltered, toPlanFilter, type ChangeFilter } from './change-filter.ts';
import { conflictCount } from './matrix-counts.ts';
import { isDecided } from './what-changes.ts';
import type { PreviewStore } from './preview-store.ts';
import type { ChangeList } from './use-change-list.ts';
import styles from './changes.module.css';

/** The list of changes: search, filters, what is left to decide, and the grid. */
export function ChangeListPanel(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly list: ChangeList;
  readonly filter: ChangeFilter;
  readonly active: number;
  readonly current: number | null;
  readonly onActive: (index: number) => void;
  readonly onOpen: (row: PlanRowItem) => void;
  readonly onChoose: (row: PlanRowItem, choice: QuickChoice) => void;
  readonly onStep: (direction: 1 | -1) => void;
  readonly onKey: (event: KeyboardEvent, index: number) => boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { store, plan, list, filter } = props;
  const columns = changeColumns({ t, format, most: 100 }, plan.purpose, props.onChoose);
  return (
    <section className={styles['list']} aria-label={t('sync:list.label')}>
      <ListTools plan={plan} list={list} filter={filter} onStep={props.onStep} />
      <Grid
        label={t('sync:list.label')}
        columns={columns}
        rowCount={list.ordinals?.length ?? 0}
        row={list.row}
        rowKey={(row) => String(row.ordinal)}
        onVisible={list.onVisible}
        selection={ticks(store, plan, list, filter, props.onOpen)}
        sort={filter.sort.by === 'plan' ? null : filter.sort}
        onSort={(column) => sortBy(column, filter)}
        onOpen={props.onOpen}
        current={props.current}
        active={props.active}
        onActive={props.onActive}
        onKey={props.onKey}
        rowKind={(row) => (row.kind === 'conflict' && isDecided(row) ? 'settled' : row.kind)}
        empty={list.ordinals !== null && <NothingFound filter={filter} />}
      />
    </section>
  );
}

function sortBy(column: string, { sort }: ChangeFilter): void {
  if (sort.by !== column) setQuery({ sort: column, order: null });
  else if (sort.descending) setQuery({ sort: null, order: null });
  else setQuery({ order: 'desc' });
}

function ListTools(props: {
  readonly plan: PlanSummary;
  readonly list: ChangeList;
  readonly filter: ChangeFilter;
  readonly onStep: (direction: 1 | -1) => void;
}) {
  const { t } = useTranslation();
  const { plan, list, filter } = props;
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
      <MenuButton
        small
        label={t('sync:list.kind')}
        shown={filter.kind === null ? t('sync:list.allKinds') : t(`sync:matrix.kind.${filter.kind}`)}
        items={[
          { key: '', label: t('sync:list.allKinds') },
          ...changeKinds.map((key) => ({ key, label: t(`sync:matrix.kind.${key}`) })),
        ]}
        selected={filter.kind ?? ''}
        onSelect={(key) => setQuery({ kind: key })}
      />
      <MenuButton
        small
        label={t('sync:list.direction')}
        shown={filter.direction === null ? t('sync:list.allDirections') : t(`sync:direction.${filter.direction}`)}
        items={[
          { key: '', label: t('sync:list.allDirections') },
          ...changeDirections.map((key) => ({ key, label: t(`sync:direction.${key}`) })),
        ]}
        selected={filter.direction ?? ''}
        onSelect={(key) => setQuery({ direction: key })}
      />
      {filter.category !== null && (
        <Button
          size="small"
          onClick={() => setQuery({ table: null })}
          aria-label={t('sync:list.clearCategory', { category: t(`sync:category.${filter.category}`) })}
        >
          {t(`sync:category.${filter.category}`)} ✕
        </Button>
      )}
      <span className="visually-hidden" role="status">
        {isFiltered(filter) ? t('sync:list.found', { count: shown }) : ''}
      </span>
      {(total > 0 || plan.undecided > 0) && <Unresolved {...props} total={total} />}
    </div>
  );
}

/** How much is left to decide, and the way from one question to the next. */
function Unresolved(props: {
  readonly plan: PlanSummary;
  readonly list: ChangeList;
  readonly filter: ChangeFilter;
  readonly total: number;
  readonly onStep: (direction: 1 | -1) => void;
}) {
  const { t } = useTranslation();
  const { plan, list, filter, total } = props;
  const none = list.unresolved.length === 0;
  return (
    <div className={styles['left']}>
      <Checkbox
        checked={filter.unresolved}
        onChange={(event) => setQuery({ unresolved: event.target.checked ? '1' : null })}
      >
        {t('sync:list.onlyUnresolved')}
      </Checkbox>
      <span role="status">
        {t('sync:list.left', { count: plan.undecided, total: Math.max(total, plan.undecided) })}
      </span>
      <Button
        size="small"
        aria-label={t('sync:list.previous')}
        title={none ? t('sync:list.noneLeft') : `${t('sync:list.previous')} (Shift+N)`}
        disabled={none}
        icon={<LeftOutlined aria-hidden />}
        onClick={() => props.onStep(-1)}
      />
      <Button
        size="small"
        aria-label={t('sync:list.next')}
        title={none ? t('sync:list.noneLeft') : `${t('sync:list.next')} (N)`}
        disabled={none}
        icon={<RightOutlined aria-hidden />}
        onClick={() => props.onStep(1)}
      />
    </div>
  );
}

function NothingFound(props: { readonly filter: ChangeFilter }) {
  const { t } = useTranslation();
  const clear = (): void => setQuery({ table: null, kind: null, direction: null, unresolved: null, q: null });
  return (
    <Empty title={t('sync:list.nothing.title')} text={t('sync:list.nothing.text')}>
      {isFiltered(props.filter) && <Button onClick={clear}>{t('sync:list.nothing.clear')}</Button>}
    </Empty>
  );
}

/** Ticking takes a change into the run or leaves it out. What is undecided or waits for another row cannot be ticked; pressing it shows why. */
function ticks(
  store: PreviewStore,
  plan: PlanSummary,
  list: ChangeList,
  filter: ChangeFilter,
  onAsk: (row: PlanRowItem) => void,
): GridSelection {
  const canTick = (row: PlanRowItem): boolean => isDecided(row) && row.blockedBy === null && outReason(row) === null;
  const put = (ordinals: readonly number[], include: boolean): void => {
    if (ordinals.length > 0) void store.decide({ target: { ordinals: [...ordinals] }, include });
  };
  const known = (list.ordinals ?? []).flatMap((ordinal) => list.rowAt(ordinal) ?? []).filter(canTick);
  const ticked = known.filter((row) => row.included).length;
  return {
    isSelected: (index) => list.row(index)?.included ?? false,
    onToggle: (index) => {
      const row = list.row(index);
      if (row === undefined) return;
      if (!canTick(row)) onAsk(row);
      else if (row.choice === 'skip') void store.decide({ target: { ordinals: [row.ordinal] }, choice: null });
      else put([row.ordinal], !row.included);
    },
    onRange: (from, to) => {
      const first = list.row(from);
      const ordinals = (list.ordinals ?? []).slice(Math.min(from, to), Math.max(from, to) + 1);
      put(ordinals, !(first?.included ?? false));
    },
    onAll: (include) => void store.decide({ target: { filter: toPlanFilter(filter) }, include }),
    state: plan.total === 0 || ticked === 0 ? 'none' : ticked === known.length ? 'all' : 'some',
  };
}
