/**
 * The one way in: `node scripts/run.mjs <command> [...arguments]`, which is what every npm script calls.
 *
 * Sets up what is missing (packages, links of the PostgreSQL package), finds a Node that is new enough and starts the
 * command under it. This file and setup/ are plain JavaScript that runs on Node 20 with no package; all else is TypeScript and runs on 24.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setUp } from './setup/set-up.mjs';
import { findNode } from './setup/find-node.mjs';
import { commandsDir } from './setup/places.mjs';
import { forward } from './setup/forward.mjs';
import { SetupError } from './setup/setup-error.mjs';

const commands = [
  'start',
  'test',
  'check',
  'format',
  'dev',
  'build',
  'bench',
  'simulate',
  'mutants',
  'crash',
  'faults',
  'prove',
  'fuzz-values',
  'package',
  'tallybook',
];

async function main() {
  const [command, ...args] = process.argv.slice(2);
  const script = join(commandsDir, `${command}.ts`);
  if (command === undefined || !commands.includes(command) || !existsSync(script)) {
    throw new SetupError(`Say what to do: node scripts/run.mjs ${commands.join('|')}`, 2);
  }
  await setUp();
  const env = { ...process.env };
  // Set by some editors' terminals; it would turn the desktop shell into plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  return forward(findNode(), [script, ...args], { env });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = error instanceof SetupError ? error.exitCode : 1;
  },
);
