import type { Page } from '@playwright/test';

/** Texts that would hide or reorder others; nobody sees them unless they are written out. */
export const invisible = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2028\u2029\u2060\u2066-\u2069]/;

/**
 * What is wrong with how a page shows data: hidden or endless text, anything that ran, a page that is wider than its window, or a part of it whose words reach
 * beyond its edge.
 */
export async function faults(page: Page): Promise<readonly string[]> {
  const { texts, title, width, room, wide, hacked, nodes } = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) found.push(node.nodeValue ?? '');
    for (const element of document.querySelectorAll('[aria-label],[title]'))
      found.push(element.getAttribute('aria-label') ?? '', element.getAttribute('title') ?? '');
    const parts = document.querySelectorAll(
      '#main, [role=dialog], section, [role=region], [role=status], [data-testid=printed-plan]',
    );
    return {
      texts: found,
      title: document.title,
      width: document.documentElement.scrollWidth,
      room: innerWidth,
      wide: [...parts].flatMap((part) => {
        const beyond = Math.max(part.scrollWidth - part.clientWidth, part.getBoundingClientRect().right - innerWidth);
        const hidden = part.classList.contains('visually-hidden') || part.closest('.visually-hidden') !== null;
        const name = part.getAttribute('aria-label') ?? part.id;
        return beyond > 1 && part.clientWidth > 0 && !hidden ? [`${part.tagName} ${name} ${Math.round(beyond)}`] : [];
      }),
      hacked: 'hacked' in window,
      nodes: document.querySelectorAll('#root *').length,
    };
  });
  return [
    ...[...texts, title].filter((text) => invisible.test(text)).map((text) => `hides: ${JSON.stringify(text)}`),
    ...texts.filter((text) => text.length > 1_000).map((text) => `endless: ${text.slice(0, 20)}`),
    ...(width > room ? [`is ${width} wide`] : []),
    ...wide.map((part) => `reaches beyond: ${part}`),
    ...(hacked ? ['ran what a name says'] : []),
    ...(nodes > 1_500 ? [`has ${nodes} elements`] : []),
  ];
}
