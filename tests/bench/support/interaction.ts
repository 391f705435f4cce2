import type { Page } from '@playwright/test';

/** Whether a person sees the answer; carried out in the page, with an argument, so it may use nothing from outside. */
type Answered = (given: string) => boolean;

/**
 * How many milliseconds pass in the page from a person's first touch (key, button, typing) until the answer is there and the next frame has begun: what was
 * drawn with it is on the screen by then.
 */
export async function interact(page: Page, act: () => Promise<void>, answered: Answered, given = ''): Promise<number> {
  // As text, because functions do not travel; a browser that measures evaluates it outside of the page's policy.
  await page.evaluate(`(${watch.toString()})(${answered.toString()}, ${JSON.stringify(given)})`);
  await act();
  return await page.evaluate(() => (globalThis as unknown as Watching).interaction);
}

/** How many milliseconds pass in the page from a piece of code in it until the answer is there, as with a touch. */
export async function fromCode(page: Page, code: string, answered: Answered, given = ''): Promise<number> {
  await page.evaluate(`(${watch.toString()})(${answered.toString()}, ${JSON.stringify(given)})`);
  await page.evaluate(`dispatchEvent(new Event('input')); ${code}; 0`);
  return await page.evaluate(() => (globalThis as unknown as Watching).interaction);
}

interface Watching {
  interaction: Promise<number>;
}

/** In the page: the clock starts at the first event and stops at the frame after the one in which the answer is there. */
function watch(answered: Answered, given: string): void {
  let since: number | undefined;
  const start = (): void => {
    since ??= performance.now();
  };
  const kinds = ['keydown', 'pointerdown', 'input'];
  for (const kind of kinds) addEventListener(kind, start, { capture: true });
  (globalThis as unknown as Watching).interaction = new Promise((resolve, reject) => {
    const asked = performance.now();
    const look = (): void => {
      const began = since;
      if (performance.now() - asked > 60_000)
        reject(
          new Error(
            began === undefined
              ? 'the page was never touched'
              : `no answer: ${document.body.innerText.slice(0, 2_000)}`,
          ),
        );
      else if (began === undefined || !answered(given)) {
        requestAnimationFrame(look);
      } else {
        for (const kind of kinds) removeEventListener(kind, start, { capture: true });
        requestAnimationFrame(() => resolve(performance.now() - began));
      }
    };
    requestAnimationFrame(look);
  });
}
