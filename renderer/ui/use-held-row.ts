import { useEffect, useRef, type RefObject } from 'react';

/** Where a list is scrolled to, in pixels. */
interface Offsets {
  /** Where somebody left it, by wheel, finger or by going to a row. */
  readonly left: number;
  /** Where it is now: elsewhere where it had to be scrolled to keep the row of the keyboard in sight. */
  readonly now: number;
  /** The height there was for rows. */
  readonly height: number;
}

/**
 * Keeps the row of the keyboard in sight when its list gets lower, be it by a smaller window or by what opens beside it.
 *
 * The list is scrolled no further than that takes, and what was scrolled for it is given back as soon as there is room: a list nobody scrolled is at its head again.
 * A list in which somebody scrolled the row out of sight stays where it was left.
 */
export function useHeldRow(
  scroller: RefObject<HTMLElement | null>,
  row: number | undefined,
  { rowHeight, headHeight }: { readonly rowHeight: number; readonly headHeight: number },
): void {
  const held = useRef(row);
  useEffect(() => {
    held.current = row;
  }, [row]);
  useEffect(() => {
    const list = scroller.current;
    if (list === null) return undefined;
    let at: Offsets = { left: list.scrollTop, now: list.scrollTop, height: list.clientHeight - headHeight };
    const onScroll = (): void => {
      const { scrollTop } = list;
      if (scrollTop === at.now) return;
      // A list that got higher than its rows need is put back by the browser, up to where its end is: that is no place it was left at. The observer below has the new height.
      const isHigher = list.clientHeight - headHeight - at.height >= 1;
      if (isHigher && scrollTop < at.now && scrollTop >= list.scrollHeight - list.clientHeight - 1) return;
      at = { ...at, left: scrollTop, now: scrollTop };
    };
    const observer = new ResizeObserver(([entry]) => {
      const height = (entry?.contentRect.height ?? list.clientHeight) - headHeight;
      if (height === at.height) return;
      const top = Math.max(0, held.current ?? 0) * rowHeight;
      const wanted = isWithin(top, rowHeight, at) ? heldOffset(at.left, { top, height: rowHeight }, height) : at.left;
      list.scrollTop = wanted;
      at = { left: at.left, now: list.scrollTop, height };
    });
    observer.observe(list);
    list.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      list.removeEventListener('scroll', onScroll);
    };
  }, [scroller, rowHeight, headHeight]);
}

function isWithin(top: number, rowHeight: number, { now, height }: Offsets): boolean {
  return top >= now && top + rowHeight <= now + height;
}

/** The offset nearest to where a list was left at which a row is wholly within a height; all in pixels. */
export function heldOffset(
  left: number,
  row: { readonly top: number; readonly height: number },
  height: number,
): number {
  // Lists are scrolled by whole pixels only.
  return Math.min(row.top, Math.max(left, Math.ceil(row.top + row.height - height)));
}
