import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const file = 'dev-build.json';

/**
 * A vite plugin for `npm run dev`: the page asks once a second whether it was built again, and reloads.
 *
 * The question is a plain file of the build, so the policy of the page and the bridge need no exception for it.
 *
 * @param outDir where the page is built to
 */
export function reloadPage(outDir: string): Plugin {
  return {
    name: 'reload-page',
    transform(code, id) {
      if (!id.endsWith('/renderer/main.tsx')) return undefined;
      return { code: `${code}\n(${poll.toString()})("./${file}");\n`, map: null };
    },
    closeBundle() {
      mkdirSync(outDir, { recursive: true });
      writeFileSync(join(outDir, file), JSON.stringify({ builtAt: Date.now() }));
    },
  };
}

/** Runs in the page. */
function poll(address: string): void {
  let first: string | undefined;
  const ask = async (): Promise<void> => {
    const answer = await fetch(address, { cache: 'no-store' }).catch(() => undefined);
    if (!answer?.ok) return;
    const now = await answer.text();
    first ??= now;
    if (now !== first) location.reload();
  };
  setInterval(() => void ask(), 1000);
}
