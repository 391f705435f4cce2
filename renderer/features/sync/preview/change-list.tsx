import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useMemo, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { setQuery } from '../../../router.ts';
import { useLatest } from '../../../use-latest.ts';
import { Empty } from '../../../ui/empty.tsx';
import { Grid } from '../../../ui/grid.tsx';
import type { GridSection, GridSelection } from '../../../ui/grid-types.ts';
import { BulkNote } from './bulk-note.tsx';
import { changeColumns, type QuickChoice } from './change-columns.tsx';
import { isFiltered, noFilter, toPlanFilter, type ChangeFilter } from './change-filter.ts';
import { sortBy } from './sort-by.ts';
import { insteadOfKind } from './fixed-words.ts';
import { ListTools, type ListToolsProps } from './list-tools.tsx';
import type { Part } from './list-layout.ts';
import type { ChangeList, Tally } from './use-change-list.ts';
import { isDecided, isErasure, thingWord } from './what-changes.ts';
import styles from './changes.module.css';

interface ChangeListProps extends ListToolsProps {
  readonly active: number;
  readonly current: number | null;
  readonly onActive: (line: number) => void;
  readonly onOpen: (row: PlanRowItem) => void;
  /** Does something with the row of a line as soon as it is read. */
  readonly whenRead: (line: number, act: (row: PlanRowItem) => void) => void;
  readonly onChoose: (row: PlanRowItem, choice: QuickChoice) => void;
  readonly onTick: (row: PlanRowItem) => void;
  readonly onKey: (event: KeyboardEvent, line: number, inSight: boolean) => boolean;
}

/** The list of changes: search, filters, what is left to decide, and the grid. */
export function ChangeListPanel(props: ChangeListProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { store, plan, list, filter, marks, scope, canEdit, bulkOpen, onBulkOpen, onStep } = props;
  const choose = useLatest(props.onChoose);
  const { purpose } = plan;
  // The same columns as long as they say the same: with others every row is drawn again.
  const columns = useMemo(
    () => changeColumns({ t, format, most: 100 }, purpose, canEdit ? choose : null),
    [t, format, purpose, canEdit, choose],
  );
  return (
    <section className={styles['list']} aria-label={t('sync:list.label')}>
      <ListTools {...{ store, plan, list, filter, marks, scope, canEdit, bulkOpen, onBulkOpen, onStep }} />
      <BulkNote store={store} plan={plan} alone={props.current === null} />
      <Grid
        label={t('sync:list.label')}
        columns={columns}
        rowCount={list.lines}
        row={list.row}
        rowKey={(row) => String(row.ordinal)}
        onVisible={list.onVisible}
        selection={ticks(props, t)}
        marks={props.marks}
        section={(line) => sectionAt(line, props, t)}
        sort={filter.sort.by === 'plan' ? null : filter.sort}
        onSort={(column) => sortBy(column, filter)}
        onOpen={props.onOpen}
        onOpenUnread={(line) => props.whenRead(line, props.onOpen)}
        current={props.current}
        active={props.active}
        onActive={props.onActive}
        onKey={props.onKey}
        rowKind={(row) => edgeOf(row, plan.purpose)}
        empty={
          // The lines of an earlier filter say nothing about this one.
          list.about === JSON.stringify(toPlanFilter(filter)) ? (
            <NothingFound filter={filter} decided={plan.undecided === 0} />
          ) : undefined
        }
      />
    </section>
  );
}

/** The kind a row shows at its edge. */
function edgeOf(row: PlanRowItem, purpose: PlanSummary['purpose']): string {
  const instead = insteadOfKind(row, purpose);
  if (instead !== null) return instead === 'undone' ? 'delete' : instead;
  if (isErasure(row)) return 'delete';
  return row.kind === 'conflict' && isDecided(row) ? 'settled' : row.kind;
}

/** Why the list is empty: nothing fits, or, where only questions are shown, all of them are answered. */
function NothingFound(props: { readonly filter: ChangeFilter; readonly decided: boolean }) {
  const { t } = useTranslation();
  const done = props.filter.unresolved && props.decided;
  return (
    <Empty
      title={t(done ? 'sync:list.noneLeft' : 'sync:list.nothing.title')}
      text={t(done ? 'sync:list.nothing.decided' : 'sync:list.nothing.text')}
    >
      {isFiltered(props.filter) && <Button onClick={() => setQuery(noFilter)}>{t('sync:list.nothing.clear')}</Button>}
    </Empty>
  );
}

type Counts = Pick<Tally, 'total' | 'ticked' | 'tickable'>;
const noCounts: Counts = { total: 0, ticked: 0, tickable: 0 };

/** Mixed also where everything that can be ticked is, but something is not decided yet. */
function boxState({ total, ticked }: Counts): 'none' | 'some' | 'all' {
  if (ticked === 0) return 'none';
  return ticked === total ? 'all' : 'some';
}

/** Ticking takes a change into the run or leaves it out. The box in the head stands for all that the filter keeps, read or not. */
function ticks({ store, list, filter, canEdit, onTick, whenRead }: ChangeListProps, t: TFunction): GridSelection {
  const tally = list.tally ?? noCounts;
  return {
    label: t('sync:list.tick'),
    allLabel: t('sync:list.tickAll'),
    disabled: !canEdit || tally.tickable === 0,
    isSelected: (line) => list.row(line)?.included ?? false,
    canSelect: () => canEdit,
    onToggle: (line) => {
      if (canEdit) whenRead(line, onTick);
    },
    onRange: () => {},
    onAll: () => void store.decide({ target: { filter: toPlanFilter(filter) }, include: 'toggle' }),
    state: boxState(tally),
  };
}

function countsOf({ key }: Part, { tally }: Pick<ChangeList, 'tally'>): Counts {
  return tally?.sections.find((section) => section.key === key) ?? noCounts;
}

/** What a part of the list is called, and how much of it goes with the sync, or why none of it does. */
export function partSaid(
  part: Part,
  list: Pick<ChangeList, 'tally'>,
  t: TFunction,
): { readonly label: string; readonly detail: string } {
  const { key, rows } = part;
  const isOut = key === 'refused' || key === 'kept';
  const detail = isOut
    ? t(`sync:part.${key}Hint`)
    : t('sync:part.counts', { count: rows, ticked: countsOf(part, list).ticked });
  return { label: partWord(key, t), detail };
}

/** The head of a part of the list, with its counts and a box for all of it. */
function sectionAt(line: number, props: ChangeListProps, t: TFunction): GridSection | undefined {
  const { list, store, canEdit } = props;
  const part = list.partAt(line);
  if (part === undefined) return undefined;
  const counts = countsOf(part, list);
  const { label, detail } = partSaid(part, list, t);
  return {
    label,
    detail,
    state: boxState(counts),
    disabled: !canEdit || counts.tickable === 0,
    selectLabel: t('sync:part.tick', { part: label }),
    onAll: () => {
      const ordinals = rowsOfPart(list, line, part.rows);
      void store.decide({ target: { ordinals: [...ordinals] }, include: 'toggle' });
    },
  };
}

function rowsOfPart(list: ChangeList, line: number, rows: number): readonly number[] {
  return Array.from({ length: rows }, (_none, step) => list.ordinalAt(line + 1 + step)).filter(
    (ordinal) => ordinal !== undefined,
  );
}

function partWord(key: string, t: TFunction): string {
  if (key === 'conflict' || key === 'refused' || key === 'kept') return t(`sync:part.${key}`);
  return thingWord(key, { t });
}
