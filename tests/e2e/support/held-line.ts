import type { Page } from '@playwright/test';

/** From now on the page hears nothing of the engine until it is told to; what it says goes through. Call it before the page is loaded again. */
export async function holdNews(page: Page): Promise<{ readonly hold: () => void; readonly letGo: () => void }> {
  let held: (() => void)[] | null = null;
  await page.routeWebSocket(/\/line$/, (opened) => {
    const engine = opened.connectToServer();
    engine.onMessage((message) => {
      if (held === null) opened.send(message);
      else held.push(() => opened.send(message));
    });
  });
  return {
    hold: () => {
      held = [];
    },
    letGo: () => {
      const late = held ?? [];
      held = null;
      for (const send of late) send();
    },
  };
}

/** What the engine says of how far a call has got. */
interface ToldProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
}

/**
 * Lets what the engine says be held back from the first progress of a kind on, which the page still hears: so it stays as far as it was then, as on a PC that is busy. What
 * the page asks goes through, and so do the answers to all other calls: what it had asked before is answered whether that was a moment before or behind it. Call it before the
 * page is loaded again.
 */
export async function holdBehind(
  page: Page,
  isLast: (progress: ToldProgress) => boolean,
): Promise<{ readonly letGo: () => void }> {
  let held: (() => void)[] | null = [];
  let call: string | undefined;
  await page.routeWebSocket(/\/line$/, (opened) => {
    const engine = opened.connectToServer();
    engine.onMessage((message) => {
      const { kind, id, progress } = messageOf(message);
      const isOther = (kind === 'result' || kind === 'error') && id !== call;
      if (call !== undefined && held !== null && !isOther) return void held.push(() => opened.send(message));
      opened.send(message);
      if (kind === 'progress' && progress !== undefined && isLast(progress)) call ??= id;
    });
  });
  return {
    letGo: () => {
      const late = held ?? [];
      held = null;
      for (const send of late) send();
    },
  };
}

/** What holds back how one kind of call of the page ends. */
export interface HeldAnswer {
  /** From now on its answers do not come through. */
  readonly hold: () => void;
  /** Resolves when the engine has answered and the page does not know. */
  readonly answered: () => Promise<void>;
  readonly letGo: () => void;
}

/**
 * Lets how the page's calls of one method end be held back: the engine has done what was asked, and the page, which hears everything else, also how far it had got, does not know it
 * yet, as on a PC that is busy. Call it before the page is loaded again.
 */
export async function holdAnswers(page: Page, method: string): Promise<HeldAnswer> {
  const calls = new Set<string>();
  let held: (() => void)[] | null = null;
  let answered = Promise.withResolvers<void>();
  await page.routeWebSocket(/\/line$/, (opened) => {
    const engine = opened.connectToServer();
    opened.onMessage((message) => {
      const said = messageOf(message);
      if (said.kind === 'call' && said.method === method) calls.add(said.id ?? '');
      engine.send(message);
    });
    engine.onMessage((message) => {
      const { kind, id = '' } = messageOf(message);
      const isEnd = (kind === 'result' || kind === 'error') && calls.has(id);
      if (held === null || !isEnd) return opened.send(message);
      held.push(() => opened.send(message));
      answered.resolve();
    });
  });
  return {
    hold: () => {
      held = [];
      answered = Promise.withResolvers();
    },
    answered: async () => await answered.promise,
    letGo: () => {
      const late = held ?? [];
      held = null;
      for (const send of late) send();
    },
  };
}

interface Said {
  readonly kind?: string;
  readonly id?: string;
  readonly method?: string;
  readonly progress?: ToldProgress;
}

function messageOf(text: string | Buffer): Said {
  return JSON.parse(String(text)) as Said;
}
