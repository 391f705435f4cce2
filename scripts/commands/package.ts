/** `npm run package [-- electron-builder options]`: builds the app and makes the installers of this platform in dist/. */
import { join } from 'node:path';
import { build } from '../lib/build.ts';
import { forward } from '../setup/forward.mjs';
import { modulesDir, root } from '../setup/places.mjs';

const built = await build();
process.exitCode =
  built === 0
    ? await forward(
        process.execPath,
        [join(modulesDir, 'electron-builder', 'cli.js'), '--publish', 'never', ...process.argv.slice(2)],
        { cwd: root },
      )
    : built;
