import { useEffect, useRef } from 'react';
import { isInDoubt } from './in-doubt.ts';
import { pageCommand, type PageCommand } from './preview-keys.ts';
import type { PreviewStore } from './preview-store.ts';
import { primaryMode } from './primary-mode.ts';

/**
 * Ctrl+F and F5 work wherever the focus is on the page, Ctrl+Z, Ctrl+Y and Ctrl+Enter outside of fields; none under an open dialog. `held`: the list is
 * not carried out yet, because it has only just taken the place of another, or how the last sync ended is being found out.
 */
export function usePageKeys(store: PreviewStore, mode: 'two-way' | 'push-only' | 'pull-only', held: boolean): void {
  const perform = useRef<(command: PageCommand) => void>(() => {});
  useEffect(() => {
    perform.current = (command) => {
      if (command !== 'go' || !held) carryOut(command, store, mode);
    };
  }, [store, mode, held]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.defaultPrevented || !(target instanceof Element) || target.closest('[role="dialog"]') !== null) return;
      const inField = target.closest('input:not([type="checkbox"], [type="radio"]), textarea') !== null;
      const command = pageCommand(event, inField);
      if (command === null) return;
      event.preventDefault();
      perform.current(command);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function carryOut(command: PageCommand, store: PreviewStore, mode: 'two-way' | 'push-only' | 'pull-only'): void {
  const { plan, work } = store.use.getState();
  if (command === 'find') return document.querySelector<HTMLElement>('#main input[type="search"]')?.focus();
  if (work !== null || command === 'held') return;
  if (command === 'refresh') return void store.refresh();
  if (plan === null || plan.state !== 'open') return;
  switch (command) {
    case 'undo':
      if (store.canStep('undo')) void store.step('undo');
      break;
    case 'redo':
      if (store.canStep('redo')) void store.step('redo');
      break;
    case 'go': {
      const primary = primaryMode(plan, mode);
      if (plan.ready[primary] > 0 && !isInDoubt(store.use.getState())) void store.run(plan.planId, primary);
      break;
    }
  }
}
