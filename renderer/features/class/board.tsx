import { useEffect, useId, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupItem, StudentItem } from '../../../shared/contract/roster.ts';
import { boardStep } from './board-keys.ts';
import { useClassStore } from './class-store.ts';
import { StudentCard } from './student-card.tsx';
import styles from './class.module.css';

/** All students as cards: one tab stop, arrows move, Space selects, Enter goes on to the points, Escape lets go. */
export function Board(props: {
  readonly students: readonly StudentItem[];
  readonly groups: readonly GroupItem[];
  readonly hidePoints: boolean;
  /** Enter: on to the points. */
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const { base, board, active, onKeyDown, onClick, onFocus } = useBoard(props.students, props.onDone);
  const selected = useClassStore((state) => state.selected);
  const { students } = props;
  const colors = new Map(props.groups.map((group) => [group.id, group.color]));
  return (
    <div
      ref={board}
      className={styles['board']}
      role="listbox"
      aria-multiselectable
      aria-label={t('class:board')}
      aria-activedescendant={active === undefined ? undefined : `${base}-${active.id}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocus={onFocus}
    >
      {students.map((student) => (
        <StudentCard
          key={student.id}
          id={`${base}-${student.id}`}
          student={student}
          color={student.groupId === null ? null : (colors.get(student.groupId) ?? null)}
          selected={selected.has(student.id)}
          active={student.id === active?.id}
          hidePoints={props.hidePoints}
        />
      ))}
    </div>
  );
}

/** Where the keyboard is on the board, and what keys and taps do. */
function useBoard(students: readonly StudentItem[], onDone: () => void) {
  const base = useId();
  const board = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const anchor = useRef<number | null>(null);
  const { selected, toggle, select, clear } = useClassStore();
  const found = students.findIndex((student) => student.id === activeId);
  const at = found < 0 ? 0 : found;
  const active = students[at];
  const hasSelection = selected.size > 0;
  useEffect(() => {
    // The bar that slides in must not hide the card that was tapped.
    if (hasSelection) board.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [hasSelection]);

  const go = (index: number): void => {
    const next = students[index];
    if (next === undefined) return;
    setActiveId(next.id);
    document.getElementById(`${base}-${next.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const columns = countColumns(board.current);
    const step = boardStep(event.nativeEvent, { at, count: students.length, columns });
    if (step === null || active === undefined) return;
    event.preventDefault();
    switch (step.kind) {
      case 'move':
        if (step.extend) select(between(students, anchor.current ?? at, step.to));
        else anchor.current = null;
        if (step.extend) anchor.current ??= at;
        go(step.to);
        break;
      case 'toggle':
        anchor.current = at;
        toggle(active.id);
        break;
      case 'all':
        select(students.map((student) => student.id));
        break;
      case 'done':
        if (!hasSelection) toggle(active.id);
        onDone();
        break;
      case 'clear':
        clear();
        break;
      case 'held':
        break;
    }
  };
  const onClick = (event: MouseEvent): void => {
    const id =
      event.target instanceof Element
        ? event.target.closest<HTMLElement>('[data-student]')?.dataset['student']
        : undefined;
    if (id === undefined) return;
    const index = students.findIndex((student) => student.id === id);
    if (event.shiftKey && anchor.current !== null) select(between(students, anchor.current, index));
    else toggle(id);
    anchor.current = index;
    setActiveId(id);
  };
  const onFocus = ({ target }: FocusEvent<HTMLElement>): void => {
    // By the keyboard: the card it is on may be far from where the board begins. A finger is on what it means.
    if (active !== undefined && target === board.current && target.matches(':focus-visible'))
      document.getElementById(`${base}-${active.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  return { base, board, active, onKeyDown, onClick, onFocus };
}

function between(students: readonly StudentItem[], from: number, to: number): readonly string[] {
  return students.slice(Math.min(from, to), Math.max(from, to) + 1).map((student) => student.id);
}

function countColumns(board: HTMLElement | null): number {
  if (board === null) return 1;
  return Math.max(1, getComputedStyle(board).gridTemplateColumns.split(' ').length);
}
