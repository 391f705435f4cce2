/** `npm run format [-- FILE …]`: writes files the way the formatter wants them, and mends what the linter can. */
import { join } from 'node:path';
import { forward } from '../setup/forward.mjs';
import { modulesDir, root } from '../setup/places.mjs';

const files = process.argv.slice(2);
const run = (name: string, ...args: readonly string[]): Promise<number> =>
  forward(process.execPath, [join(modulesDir, name, 'bin', name), ...args], { cwd: root });
const linted = await run('oxlint', '--fix', ...files);
const formatted = await run('oxfmt', ...(files.length > 0 ? files : ['.']));
process.exitCode = Math.max(linted, formatted);
