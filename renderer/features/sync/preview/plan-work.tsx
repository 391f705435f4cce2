import { useEffect, useRef, useState } from 'react';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useRoute } from '../../../router.ts';
import { Announcer } from './bulk-note.tsx';
import { bulkScope, type BulkScope } from './bulk-scope.ts';
import { filterFrom, toPlanFilter } from './change-filter.ts';
import { ChangeListPanel, toggleTick } from './change-list.tsx';
import { DetailPanel } from './detail-panel.tsx';
import { decideMarked, decideRow, type Choosing } from './list-decisions.ts';
import { MatrixPanel } from './matrix-panel.tsx';
import { listCommand } from './preview-keys.ts';
import type { PreviewStore } from './preview-store.ts';
import { useActiveLine } from './use-active-line.ts';
import { useChangeList, type ChangeList } from './use-change-list.ts';
import { useMarks, type Marks } from './use-marks.ts';
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
  const [bulkOpen, setBulkOpen] = useState(false);
  const list = useChangeList(store, plan, filter, selected);
  const marks = useMarks(list, JSON.stringify(toPlanFilter(filter)));
  const { active, setActive } = useActiveLine(list);
  const detail = useRef<HTMLElement>(null);
  const work = useRef<HTMLDivElement>(null);
  const busy = store.use((state) => state.work !== null);
  const canEdit = plan.state === 'open' && !busy;
  useFirstQuestion(plan, list, setSelected);
  const row = selected === null ? undefined : list.rowAt(selected);
  const line = selected === null ? -1 : list.lineOf(selected);
  const scope = bulkScope(filter, list.tally ?? { conflicts: 0, undecided: 0 }, marks);

  const entered = useRef(false);
  const open = (opened: PlanRowItem, focus: boolean): void => {
    setSelected(opened.ordinal);
    requestAnimationFrame(() => showDetail(detail.current, focus));
  };
  const close = (): void => {
    setSelected(null);
    work.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  };
  const stepUnresolved = (direction: 1 | -1): void => {
    const next = nextUnresolved(list.unresolved, active, direction);
    if (next === null) return;
    marks.onClear();
    setActive(next);
    setSelected(list.ordinalAt(next) ?? null);
  };
  const choosing: Choosing = { store, open: (target) => open(target, true), openMenu: () => setBulkOpen(true) };
  const keys: ListKeys = { list, marks, scope, canEdit, choosing, close, stepUnresolved, help: props.onKeys };
  return (
    <>
      <MatrixPanel summary={plan.summary} filter={filter} questions={plan.purpose === 'sync' ? plan.questions : null} />
      <div ref={work} className={styles['work']} data-detail={row !== undefined}>
        <ChangeListPanel
          {...{ store, plan, list, filter, marks, scope, canEdit, bulkOpen, active }}
          onBulkOpen={setBulkOpen}
          current={line < 0 ? null : line}
          onActive={setActive}
          onOpen={(opened) => {
            open(opened, entered.current);
            entered.current = false;
          }}
          onChoose={(target, choice) => decideRow(target, choice, choosing)}
          onStep={stepUnresolved}
          onKey={(event, at) => {
            // Enter goes into the detail, a click only shows it: the letters go on working on the list.
            entered.current = event.key === 'Enter';
            return pressed(event.nativeEvent, at, keys);
          }}
        />
        {row !== undefined && (
          <DetailPanel
            {...{ store, row, canEdit }}
            box={detail}
            onTick={() => toggleTick(store, row, () => {})}
            onClose={close}
          />
        )}
      </div>
      <Announcer store={store} plan={plan} />
    </>
  );
}

/** What keys on the list work with. */
interface ListKeys {
  readonly list: ChangeList;
  readonly marks: Marks;
  readonly scope: BulkScope | null;
  readonly canEdit: boolean;
  readonly choosing: Choosing;
  readonly close: () => void;
  readonly stepUnresolved: (direction: 1 | -1) => void;
  readonly help: () => void;
}

/** Carries a key out on the chosen rows, else on the row it was pressed on. Whether it was one of the page's. */
function pressed(event: globalThis.KeyboardEvent, at: number, keys: ListKeys): boolean {
  const { list, marks, scope, canEdit, choosing } = keys;
  const marked = scope?.kind === 'marked' ? scope : null;
  if (event.key === ' ' && marked !== null) {
    const rows = [...marks.ordinals].map((ordinal) => list.rowAt(ordinal));
    const include = rows.some((row) => row?.included === false);
    if (canEdit) void choosing.store.decide({ target: marked.target, include });
    return true;
  }
  const command = listCommand(event);
  switch (command) {
    case null:
      return false;
    case 'next':
    case 'previous':
      keys.stepUnresolved(command === 'next' ? 1 : -1);
      return true;
    case 'close':
      if (marked === null) keys.close();
      else marks.onClear();
      return true;
    case 'help':
      keys.help();
      return true;
    default: {
      const row = list.row(at);
      if (canEdit && marked !== null) decideMarked(marked, command, choosing);
      else if (canEdit && row !== undefined) decideRow(row, command, choosing);
      return true;
    }
  }
}

/** Opens the first question once the list is there, so that the page begins with what needs a person. */
function useFirstQuestion(plan: PlanSummary, list: ChangeList, select: (ordinal: number) => void): void {
  const done = useRef(false);
  const first = list.ordinalAt(list.unresolved[0] ?? -1);
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
