import { useEffect } from 'react';

/**
 * Gives the focus to a menu as soon as it is there, also where a key of the list opened it: the keys are the menu's from then on. Those that come before it has the
 * focus, on a busy PC, are kept and given to it in order: in the list they would move on and drop what was chosen, and the menu would be about other rows.
 * Whatever had the focus before has it again when the menu closes. `first`: a selector of the word that has the focus first.
 */
export function useMenuFocus(open: boolean, first: string): void {
  useEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    const early: KeyboardEvent[] = [];
    let frame = 0;
    const keep = (event: KeyboardEvent): void => {
      if (!event.isTrusted) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      // The letter that opened it may still be held.
      if (!event.repeat) early.push(event);
    };
    window.addEventListener('keydown', keep, true);
    const giveNext = (): void => {
      const event = early.shift();
      if (event === undefined) return window.removeEventListener('keydown', keep, true);
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', copyOf(event)));
      // The menu moves on in the next picture.
      frame = requestAnimationFrame(() => (frame = requestAnimationFrame(giveNext)));
    };
    const enter = (): void => {
      const word = document.querySelector<HTMLElement>(first);
      word?.focus({ preventScroll: true });
      // It takes the focus once it has found its place.
      if (word === null || document.activeElement !== word) frame = requestAnimationFrame(enter);
      else giveNext();
    };
    frame = requestAnimationFrame(enter);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('keydown', keep, true);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [open, first]);
}

/** The same key once more; `keyCode` is what the menu's library reads. */
function copyOf({ key, code, keyCode, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): KeyboardEventInit {
  return { key, code, keyCode, which: keyCode, shiftKey, ctrlKey, altKey, metaKey, bubbles: true, cancelable: true };
}
