/*
 * Where the focus goes when what had it is gone: a button that was answered, a row that left its list, a page that was left. Browsers let it fall to the
 * document then, and whoever works with the keyboard or a screen reader begins again at the top of the window.
 */

/** An element that had the focus, and what it stood in, from the inside out. */
interface Held {
  readonly element: HTMLElement;
  readonly around: readonly HTMLElement[];
}

/** A place that stands for the focus of an element that cannot have it for now, such as the button of something that is running. */
interface Lent {
  readonly from: HTMLElement;
  readonly to: HTMLElement;
}

/** Marks the part of a page that takes the focus of what stood beside it. */
const home = '[data-focus-home]';

/**
 * Keeps the focus within the page. It goes to the nearest place around what is gone that can have it; from a dialog or a menu, back to where the page was. A
 * button that can be pressed again gets it back, as long as nobody went elsewhere. A press of the mouse on nothing is left alone. Called once.
 */
export function keepFocus(root: HTMLElement): void {
  let held: Held | null = null;
  let inPage: Held | null = null;
  let lent: Lent | null = null;
  let later = 0;
  const look = (): void => {
    const { activeElement } = document;
    // What has the focus can still have lost it by being hidden. To know that the browser has to work out how the page looks: once for a picture, not for every change.
    if (lent === null && held !== null && activeElement === held.element && !held.element.matches(':disabled')) {
      later ||= requestAnimationFrame(() => {
        later = 0;
        lookClosely();
      });
    } else {
      lookClosely();
    }
  };
  const lookClosely = (): void => {
    const { activeElement } = document;
    if (lent !== null && activeElement === lent.to && canHave(lent.from)) {
      const { from } = lent;
      lent = null;
      return from.focus({ preventScroll: true });
    }
    if (held === null || canHave(held.element)) return;
    if (activeElement !== null && activeElement !== document.body && activeElement !== held.element) return;
    const gone = held.element;
    const place = placeFor(held) ?? (inPage === null ? null : placeFor(inPage)) ?? root.querySelector('#main');
    if (!(place instanceof HTMLElement)) return;
    place.focus({ preventScroll: true });
    lent = gone.isConnected ? { from: gone, to: place } : null;
  };
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    held = heldBy(target);
    if (root.contains(target)) inPage = held;
    if (lent !== null && target !== lent.to) lent = null;
  });
  document.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget === null) setTimeout(look);
  });
  document.addEventListener('mousedown', () =>
    setTimeout(() => {
      // Somebody pressed beside everything and means it.
      if (document.activeElement === document.body && held !== null && canHave(held.element)) held = null;
    }),
  );
  new MutationObserver(look).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled'],
  });
}

function heldBy(element: HTMLElement): Held {
  const around: HTMLElement[] = [];
  for (let next = element.parentElement; next !== null && next !== document.body; next = next.parentElement)
    around.push(next);
  return { element, around };
}

function canHave(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled');
}

/** The element itself, else the nearest thing around it that can have the focus or holds one that is meant for it; null when all of that is gone. */
function placeFor({ element, around }: Held): HTMLElement | null {
  if (canHave(element)) return element;
  for (const part of around) {
    if (!part.isConnected) continue;
    if (part.hasAttribute('tabindex') && canHave(part)) return part;
    const found = part.querySelector<HTMLElement>(home);
    if (found !== null && canHave(found)) return found;
  }
  return null;
}
