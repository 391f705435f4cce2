import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = 'dev-build.json';

/**
 * A vite plugin for `npm run dev`: the page asks once a second whether it was built again, and reloads.
 *
 * The question is a plain file of the build, so the policy of the page and the bridge need no exception for it.
 *
 * @param {string} outDir where the page is built to
 * @returns {import('vite').Plugin}
 */
export function reloadPage(outDir) {
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
function poll(address) {
  let first;
  const ask = async () => {
    const answer = await fetch(address, { cache: 'no-store' }).catch(() => undefined);
    if (!answer?.ok) return;
    const now = await answer.text();
    first ??= now;
    if (now !== first) location.reload();
  };
  setInterval(() => void ask(), 1000);
}
