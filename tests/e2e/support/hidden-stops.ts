import type { Page } from '@playwright/test';

/** What the keyboard came to: words for it, how much can be seen of what the window can show of it (0 to 1), and whether it was there before. */
interface Stop {
  readonly words: string;
  readonly seen: number;
  readonly again: boolean;
}

/** Presses Tab through a page as it is shown now and answers which places it came to could not be seen, of how many. */
export async function hiddenStops(page: Page): Promise<{ readonly hidden: readonly string[]; readonly stops: number }> {
  await page.evaluate(forgetStops);
  const hidden: string[] = [];
  for (let stops = 0; stops < 200; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(stopNow);
    if (stop.again) return { hidden, stops };
    if (stop.seen < 0.5) hidden.push(`${stop.words}: ${Math.round(stop.seen * 100)} % in sight`);
  }
  throw new Error('Tab does not come back to where it began');
}

/** Begins at the top of the window. */
function forgetStops(): void {
  for (const been of document.querySelectorAll('[data-been]')) been.removeAttribute('data-been');
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Carried out in the page, once it has come to rest; a list shows where the keyboard is by one of its rows or cells. */
async function stopNow(): Promise<Stop> {
  const drawn = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
  await drawn();
  await drawn();
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body)
    return { words: 'nothing', seen: 1, again: document.querySelector('[data-been]') !== null };
  const again = activeElement.hasAttribute('data-been');
  activeElement.setAttribute('data-been', '');
  const within = activeElement.getAttribute('aria-activedescendant');
  const shown = within === null ? activeElement : document.getElementById(within);
  const words = `${activeElement.tagName} ${activeElement.getAttribute('aria-label') ?? activeElement.textContent}`;
  if (shown === null) return { words, seen: 0, again };
  const { left, top, width, height } = shown.getBoundingClientRect();
  const parts = [0.1, 0.3, 0.5, 0.7, 0.9];
  const points = parts.flatMap((x) => parts.map((y) => [left + x * width, top + y * height] as const));
  const seen = points.filter(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return hit !== null && (shown.contains(hit) || hit.closest('label')?.contains(shown) === true);
  });
  // What is high is shown where one writes in it.
  const most = height > innerHeight / 3 ? 0.4 : 1;
  return { words, seen: seen.length / points.length / most, again };
}
