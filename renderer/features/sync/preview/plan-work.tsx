import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useRoute } from '../../../router.ts';
import type { QuickChoice } from './change-columns.tsx';
import { filterFrom } from './change-filter.ts';
import { ChangeListPanel } from './change-list.tsx';
import { DetailPanel } from './detail-panel.tsx';
import { MatrixPanel } from './matrix-panel.tsx';
import { listCommand, type ListCommand } from './preview-keys.ts';
import type { PreviewStore } from './preview-store.ts';
import { useChangeList, type ChangeList } from './use-change-list.ts';
import styles from './changes.module.css';

/** Matrix, list and detail of one plan, and the keys that work on them. */
export function PlanWork(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly onKeys: () => void;
}) {
  const { store, plan } = props;
  const { query } = useRoute();
  const filter = filterFrom(query);
  const [selected, setSelected] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const list = useChangeList(store, plan, filter, selected);
  const detail = useRef<HTMLElement>(null);
  const work = useRef<HTMLDivElement>(null);
  const busy = store.use((state) => state.work !== null);
  useFirstQuestion(plan, list, setSelected);
  const row = selected === null ? undefined : list.rowAt(selected);
  const position = selected === null ? -1 : list.positionOf(selected);

  const focusList = (): void => work.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  const entered = useRef(false);
  const open = (opened: PlanRowItem, focus: boolean): void => {
    setSelected(opened.ordinal);
    requestAnimationFrame(() => showDetail(detail.current, focus));
  };
  const close = (): void => {
    setSelected(null);
    focusList();
  };
  const goTo = (index: number): void => {
    const ordinal = list.ordinals?.[index];
    setActive(index);
    if (ordinal !== undefined) setSelected(ordinal);
  };
  const stepUnresolved = (direction: 1 | -1): void => {
    const next = nextUnresolved(list.unresolved, active, direction);
    if (next !== null) goTo(next);
  };
  const choose = (target: PlanRowItem, choice: QuickChoice): void => {
    if (choice === 'open') open(target, true);
    else void store.decide({ target: { ordinals: [target.ordinal] }, choice });
  };
  const onKey = (event: KeyboardEvent, index: number): boolean => {
    // Enter goes into the detail, a click only shows it: the letters go on working on the list.
    entered.current = event.key === 'Enter';
    const command = listCommand(event.nativeEvent);
    if (command === null) return false;
    const target = list.row(index);
    if (command === 'next') stepUnresolved(1);
    else if (command === 'previous') stepUnresolved(-1);
    else if (command === 'close') close();
    else if (command === 'help') props.onKeys();
    else if (target !== undefined && !busy) decideBy(command, target, choose, store);
    return true;
  };
  return (
    <>
      <MatrixPanel summary={plan.summary} filter={filter} asks={plan.purpose === 'sync'} />
      <div ref={work} className={styles['work']} data-detail={row !== undefined}>
        <ChangeListPanel
          store={store}
          plan={plan}
          list={list}
          filter={filter}
          active={active}
          current={position < 0 ? null : position}
          onActive={setActive}
          onOpen={(opened) => {
            open(opened, entered.current);
            entered.current = false;
          }}
          onChoose={choose}
          onStep={stepUnresolved}
          onKey={onKey}
        />
        {row !== undefined && (
          <DetailPanel box={detail} store={store} row={row} canEdit={plan.state === 'open' && !busy} onClose={close} />
        )}
      </div>
      <Announcer plan={plan} />
    </>
  );
}

/** Opens the first question once the list is there, so that the page begins with what needs a person. */
function useFirstQuestion(plan: PlanSummary, list: ChangeList, select: (ordinal: number) => void): void {
  const done = useRef(false);
  const first = list.ordinals?.[list.unresolved[0] ?? -1];
  useEffect(() => {
    if (done.current || plan.undecided === 0 || first === undefined) return;
    done.current = true;
    select(first);
  }, [plan.undecided, first, select]);
}

/** The next question after (or before) a place, around the end. */
export function nextUnresolved(unresolved: readonly number[], at: number, direction: 1 | -1): number | null {
  if (unresolved.length === 0) return null;
  if (direction === 1) return unresolved.find((index) => index > at) ?? unresolved[0] ?? null;
  return unresolved.findLast((index) => index < at) ?? unresolved.at(-1) ?? null;
}

/** Brings the detail into sight where it lies below the list, and on wish puts the focus into it. */
function showDetail(detail: HTMLElement | null, focus: boolean): void {
  detail?.scrollIntoView({ block: 'nearest' });
  if (focus) detail?.focus({ preventScroll: true });
}

/** Carries a single letter out on the row the keyboard is on. What does not fit the row opens its detail instead. */
function decideBy(
  command: ListCommand,
  row: PlanRowItem,
  choose: (row: PlanRowItem, choice: QuickChoice) => void,
  store: PreviewStore,
): void {
  const target = { ordinals: [row.ordinal] };
  switch (command) {
    case 'keep-local':
    case 'keep-server':
      if (row.kind === 'conflict' && row.conflict !== 'same-identity')
        choose(row, command === 'keep-local' ? 'local' : 'server');
      else choose(row, 'open');
      break;
    case 'skip':
      choose(row, 'skip');
      break;
    case 'reset':
      void store.decide({ target, choice: null });
      break;
    case 'merge':
      choose(row, 'open');
      break;
    case 'next':
    case 'previous':
    case 'close':
    case 'help':
      break;
  }
}

/** Says what an undo, a redo or a decision left to do. */
function Announcer(props: { readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const { ready } = props.plan;
  return (
    <span className="visually-hidden" role="status">
      {t('sync:run.ready', { count: ready.sync, leave: ready.leave })}
    </span>
  );
}
