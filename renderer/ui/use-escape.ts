import { useEffect, type RefObject } from 'react';

/** Escape anywhere in a box closes it. */
export function useEscape(box: RefObject<HTMLElement | null>, close: () => void): void {
  useEffect(() => {
    const element = box.current;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.isComposing) close();
    };
    element?.addEventListener('keydown', onKeyDown);
    return () => element?.removeEventListener('keydown', onKeyDown);
  }, [box, close]);
}
