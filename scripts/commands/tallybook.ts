/** `npm run tallybook -- <command>`: the command line of the app, built when needed. */
import { join } from 'node:path';
import { buildIfNeeded } from '../lib/build.ts';
import { forward } from '../setup/forward.mjs';
import { root } from '../setup/places.mjs';

const built = await buildIfNeeded();
process.exitCode =
  built === 0
    ? await forward(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...process.argv.slice(2)], {
        cwd: process.env.INIT_CWD ?? process.cwd(),
      })
    : built;
