/** `npm run bench [-- part of a name …]`: runs the measurements of tests/bench, each in a process of its own. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { forward } from '../setup/forward.mjs';
import { root } from '../setup/places.mjs';

const folder = join(root, 'tests', 'bench');
const wanted = process.argv.slice(2);
const files = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .toSorted();

if (files.length === 0) {
  console.error('No measurement of that name in tests/bench.');
  process.exitCode = 2;
}
for (const name of files) {
  console.log(`── ${name} ──`);
  const code = await forward(process.execPath, [join(folder, name)], { cwd: root });
  if (code !== 0) process.exitCode = code;
}
