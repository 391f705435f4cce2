import { memo, type ComponentProps, useEffect, useMemo, useRef, useState } from 'react';
import type { ConnectionItem } from '../../../../shared/contract/connection.ts';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useRoute } from '../../../router.ts';
import { useLatest } from '../../../use-latest.ts';
import { Announcer } from './bulk-note.tsx';
import { bulkScope, type BulkScope } from './bulk-scope.ts';
import { filterFrom, toPlanFilter, type ChangeFilter } from './change-filter.ts';
import { ChangeListPanel } from './change-list.tsx';
import { DetailPanel, NoDetail } from './detail-panel.tsx';
import { decideRow, toggleTick, type Choosing, type Hint } from './list-decisions.ts';
import { pressedOnList, type ListKeys } from './list-keys.ts';
import { MatrixPanel } from './matrix-panel.tsx';
import type { PreviewStore } from './preview-store.ts';
import { useActiveLine, type ActiveLine } from './use-active-line.ts';
import { useArrival, useLeaving, type Arrival } from './use-arrival.ts';
import { useChangeList, type ChangeList } from './use-change-list.ts';
import { useMarks, type Marks } from './use-marks.ts';
import { useWhenRead } from './use-when-read.ts';
import styles from './changes.module.css';

/** Matrix, list and detail of one plan, and the keys that work on them. The detail is always about the row the keyboard is on. */
export const PlanWork = memo(function PlanWork(props: {
  readonly store: PreviewStore;
  readonly plan: PlanSummary;
  readonly mode: ConnectionItem['mode'];
  readonly onKeys: () => void;
}) {
  const { store, plan } = props;
  const filter = useFilter();
  const [bulkOpen, setBulkOpen] = useState(false);
  const list = useChangeList(store, plan, filter);
  const marks = useMarks(list, JSON.stringify(toPlanFilter(filter)));
  const line = useActiveLine(list);
  const { active, setActive } = line;
  const { opened, setOpened, hint, box, open } = useDetail(store, list, line);
  const work = useRef<HTMLDivElement>(null);
  const busy = store.use((state) => state.work !== null);
  const canEdit = plan.state === 'open' && !busy;
  const arrival = useBeginning(store, plan, list, line, setOpened);
  const row = line.ordinal === undefined ? undefined : list.rowAt(line.ordinal);
  const shown = opened && list.lines > 0;
  useLeaving(store, plan, row, { opened, chosen: marks.ordinals.size > 0 });
  const scope = useScope(filter, list, marks);
  const whenRead = useWhenRead(list);

  const entered = useRef(false);
  const focusList = (): void => work.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  const close = (): void => {
    setOpened(false);
    focusList();
  };
  const stepUnresolved = useLatest((direction: 1 | -1): void => {
    const next = nextUnresolved(list.unresolved, active, direction);
    if (next === null) return;
    marks.onClear();
    setActive(next);
    setOpened(true);
  });
  const choosing: Choosing = { store, open, openMenu: () => setBulkOpen(true) };
  const help = props.onKeys;
  const keys: ListKeys = { marks, scope, canEdit, choosing, whenRead, close, stepUnresolved, shown, help };
  return (
    <div className={styles['plan']} data-detail={shown}>
      <MatrixPanel summary={plan.summary} filter={filter} {...matrixOf(plan)} />
      <div ref={work} className={styles['work']} data-detail={shown}>
        <ChangeListPanel
          {...{ store, plan, list, filter, marks, scope, canEdit, bulkOpen, active }}
          onBulkOpen={setBulkOpen}
          whenRead={whenRead}
          current={shown && row !== undefined ? active : null}
          onActive={setActive}
          onOpen={(target) => {
            open(target, entered.current);
            entered.current = false;
          }}
          onTick={(target) => toggleTick(target, choosing)}
          onChoose={(target, choice) => {
            focusList();
            decideRow(target, choice, choosing);
          }}
          onStep={stepUnresolved}
          onKey={(event, at, inSight) => {
            // Enter goes into the detail, a click only shows it: the letters go on working on the list.
            entered.current = event.key === 'Enter';
            if (arrival.stops(event.nativeEvent)) return true;
            return pressedOnList(event.nativeEvent, { at, inSight }, keys);
          }}
        />
        {shown && row !== undefined && (
          <DetailPanel
            {...{ store, row, canEdit, hint, box }}
            onTick={() => toggleTick(row, choosing)}
            onClose={close}
          />
        )}
        {shown && row === undefined && <NoDetail part={list.partAt(active)} list={list} onClose={close} />}
      </div>
      <Announcer store={store} plan={plan} mode={props.mode} />
    </div>
  );
});

/** What a list that is not an ordinary exchange tells of its numbers in other words. */
function matrixOf({
  purpose,
  questions,
}: PlanSummary): Pick<ComponentProps<typeof MatrixPanel>, 'questions' | 'takesBack'> {
  return { questions: purpose === 'sync' ? questions : null, takesBack: purpose === 'undo' };
}

/** What the address asks for; the same object as long as it asks for the same. */
function useFilter(): ChangeFilter {
  const asked = useRoute().query.toString();
  return useMemo(() => filterFrom(new URLSearchParams(asked)), [asked]);
}

/** What a decision about many rows is about; the same object as long as that is the same. */
function useScope(filter: ChangeFilter, list: ChangeList, marks: Marks): BulkScope | null {
  const { tally } = list;
  return useMemo(() => bulkScope(filter, tally ?? { conflicts: 0, undecided: 0 }, marks), [filter, tally, marks]);
}

/** What was said of a row that could not be decided or ticked as was wished, and how the row stood then. */
interface SaidOfRow {
  readonly about: number;
  readonly hint: Hint | null;
  readonly stood: string;
}

/** What an answer, or a tick, changes of a row, as text. */
function standOf({ choice, included, blockedBy, refused }: PlanRowItem): string {
  return JSON.stringify([choice, included, blockedBy, refused]);
}

/** Whether the detail is open, and why where it was opened by something that could not be done in the list: that is gone with the next row, and once the row is answered. */
function useDetail(store: PreviewStore, list: ChangeList, { ordinal, setActive }: ActiveLine) {
  const [opened, setOpened] = useState(false);
  const [said, setSaid] = useState<SaidOfRow | null>(null);
  const box = useRef<HTMLElement>(null);
  const row = ordinal === undefined ? undefined : list.rowAt(ordinal);
  if (said !== null && (said.about !== ordinal || (row !== undefined && standOf(row) !== said.stood))) setSaid(null);
  // Why a decision was not taken says nothing of another row.
  const about = useRef(ordinal);
  useEffect(() => {
    if (opened && about.current !== ordinal) store.dismiss('refusal');
    about.current = ordinal;
  }, [store, ordinal, opened]);
  const open = (target: PlanRowItem, focus: boolean, hint: Hint | null = null): void => {
    const line = list.lineOf(target.ordinal);
    if (line < 0) return;
    setActive(line);
    setOpened(true);
    setSaid({ about: target.ordinal, hint, stood: standOf(target) });
    // On a busy PC the next picture may come late: whoever has gone on meanwhile, to a field she types in, keeps the focus there.
    const from = document.activeElement;
    requestAnimationFrame(() => showDetail(box.current, focus && document.activeElement === from));
  };
  return { opened, setOpened, hint: said?.hint ?? null, box, open };
}

/** Where the list begins: at what needs a person, or where somebody was in the list of before. */
function useBeginning(
  store: PreviewStore,
  plan: PlanSummary,
  list: ChangeList,
  { setActive, setRow }: ActiveLine,
  setOpened: (opened: boolean) => void,
): Arrival {
  const arrival = useArrival(store, plan, (ordinal, opened) => {
    setRow(ordinal);
    setOpened(opened);
  });
  useFirstQuestion(plan, list, arrival.isUnasked, (first) => {
    setActive(first);
    setOpened(true);
  });
  return arrival;
}

/** Opens the first question once the list is there, so that the page begins with what needs a person. One that comes up later, or in a list that is `known`, opens nothing. */
function useFirstQuestion(plan: PlanSummary, list: ChangeList, known: boolean, open: (line: number) => void): void {
  const done = useRef(known);
  const { tally } = list;
  const first = list.unresolved[0];
  useEffect(() => {
    if (tally !== null && (plan.undecided === 0 || tally.undecided === 0)) done.current = true;
    if (done.current || plan.undecided === 0 || first === undefined) return;
    done.current = true;
    open(first);
  }, [plan.undecided, tally, first, open]);
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
