import type { Page } from '@playwright/test';
import { hiddenStops } from './hidden-stops.ts';
import { complaints } from './looks.ts';

/** What 400 % of zoom leaves, in pixels: of the window WCAG speaks of, and of the most common screen. */
export const mostZoomed = [
  { width: 320, height: 256 },
  { width: 342, height: 192 },
];

/** How far the document is scrolled beyond the bars of the app, which it never is; before there are any it scrolls as a whole. */
export function documentOffset(): number {
  if (document.querySelector('nav') === null) return 0;
  return document.documentElement.scrollTop + document.body.scrollTop;
}

/** Parts of the page, or of an open question, that scroll sideways, or that the window is too narrow for; carried out in the page. */
function tooWide(): readonly string[] {
  const within = [...document.querySelectorAll('#main, #main *, [role=dialog] *')].filter((part) =>
    ['auto', 'scroll'].includes(getComputedStyle(part).overflowX),
  );
  return [document.documentElement, document.body, ...within].flatMap((part) => {
    const beyond = part.scrollWidth - part.clientWidth;
    return beyond > 0 ? [`${part.tagName} ${part.className}: ${beyond} pixels too wide`] : [];
  });
}

/** What is wrong with a state of the page at 400 % of zoom: what the keyboard comes to and nobody sees, what is too wide, and what axe has against it. */
export async function faultsZoomed(page: Page, state: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const size of mostZoomed) {
    const at = `${state}, ${size.width} × ${size.height}`;
    await page.setViewportSize(size);
    const { hidden, stops } = await hiddenStops(page);
    if (stops < 1) found.push(`${at}: only ${stops} places to come to`);
    found.push(...hidden.map((stop) => `${at}: ${stop}`));
    const offset = await page.evaluate(documentOffset);
    if (offset > 0) found.push(`${at}: the document is scrolled by ${offset} pixels`);
    for (const wide of await page.evaluate(tooWide)) found.push(`${at}: ${wide}`);
    for (const complaint of await complaints(page)) found.push(`${at}: ${complaint}`);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  return found;
}
