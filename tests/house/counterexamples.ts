/** A piece of code that breaks one rule: who must report it, under which name, where the code lies. */
export type Counterexample = {
  readonly by: 'lint' | 'types' | 'house';
  readonly rule: string;
  readonly path: string;
  readonly text: string;
};

const docstring = '/** Counterexample. */\n';

function lint(rule: string, path: string, text: string): Counterexample {
  return { by: 'lint', rule, path, text };
}

function types(rule: string, path: string, text: string): Counterexample {
  return { by: 'types', rule, path, text };
}

function house(rule: string, path: string, text: string): Counterexample {
  return { by: 'house', rule, path, text };
}

/** One for every rule of the house that can be checked; each has a file of its own. */
export const counterexamples: readonly Counterexample[] = [
  // 1. shared/ is pure.
  lint(
    'no-restricted-imports',
    'shared/reads-files.ts',
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
  ),
  lint(
    'no-restricted-imports',
    'shared/uses-a-package.ts',
    "import { Button } from 'antd';\nexport const button = Button;\n",
  ),
  lint('no-restricted-properties', 'shared/asks-the-time.ts', 'export const now = (): number => Date.now();\n'),
  lint('no-restricted-properties', 'shared/throws-dice.ts', 'export const dice = (): number => Math.random();\n'),
  house('no-clock', 'shared/makes-a-date.ts', 'export const day = new Date();\n'),
  types('TS2591', 'shared/knows-node.ts', 'export const folder = process.cwd();\n'),
  types('TS2584', 'shared/knows-the-page.ts', 'export const title = document.title;\n'),
  types('TS2304', 'shared/knows-the-network.ts', "export const load = fetch('/');\n"),
  house(
    'shared-stands-alone',
    'shared/knows-the-engine.ts',
    "import type { Engine } from '../electron/engine/engine.ts';\nexport type Mine = Engine;\n",
  ),

  // 2. The page knows the contract; one file talks to the shell.
  lint(
    'no-restricted-imports',
    'renderer/opens-a-file.tsx',
    "import { open } from 'node:fs/promises';\nexport const file = open;\n",
  ),
  lint('no-restricted-imports', 'renderer/asks-the-server.tsx', "import pg from 'pg';\nexport const client = pg;\n"),
  house(
    'page-knows-the-contract',
    'renderer/knows-the-store.ts',
    "import { openStore } from '../electron/store/open.ts';\nexport const open = openStore;\n",
  ),
  house('only-api-talks-to-the-shell', 'renderer/features/roster.ts', 'export const ask = window.tallybook.call;\n'),
  house(
    'nobody-imports-the-page',
    'electron/desktop/shows-a-button.ts',
    "import { Button } from '../../renderer/ui/button.tsx';\nexport const button = Button;\n",
  ),

  // 3. The store and the remote do not know each other.
  house(
    'store-without-remote',
    'electron/store/asks-remote.ts',
    "import type { Remote } from '../remote/remote.ts';\nexport type Mine = Remote;\n",
  ),
  house('remote-without-store', 'electron/remote/asks-store.ts', "export * from '../store/open.ts';\n"),
  house(
    'sync-below-shells',
    'electron/sync/asks-bridge.ts',
    "import { bridge } from '../bridge/bridge.ts';\nexport const mine = bridge;\n",
  ),
  house('only-sync-joins', 'electron/files/joins.ts', "import '../store/open.ts';\nimport '../remote/remote.ts';\n"),

  // 4. Single owners.
  lint(
    'no-restricted-imports',
    'electron/engine/opens-sqlite.ts',
    "import Database from 'better-sqlite3';\nexport const database = Database;\n",
  ),
  lint('no-restricted-imports', 'electron/sync/asks-postgres.ts', "import pg from 'pg';\nexport const client = pg;\n"),
  lint(
    'no-restricted-imports',
    'electron/remote/reads-secrets.ts',
    "import keytar from 'keytar';\nexport const keys = keytar;\n",
  ),
  lint(
    'no-restricted-imports',
    'electron/engine/asks-electron.ts',
    "import { app } from 'electron';\nexport const shell = app;\n",
  ),
  house('single-owner', 'electron/engine/asks-later.ts', "export const late = async () => import('keytar');\n"),

  // 5. Shells only forward; nothing is awaited in a SQLite transaction.
  house(
    'shells-only-forward',
    'electron/bridge/asks-store.ts',
    "import { openStore } from '../store/open.ts';\nexport const open = openStore;\n",
  ),
  house(
    'no-await-in-transaction',
    'electron/store/waits.ts',
    'export const save = db.transaction(async () => { await other(); });\n',
  ),
  house(
    'no-await-in-transaction',
    'electron/sync/waits-inside.ts',
    'store.transaction(() => { rows.forEach(async (row) => { await send(row); }); });\n',
  ),

  // 7. Named exports, no barrels, no cycles, kebab-case, no any, exhaustive switches.
  lint('no-default-export', 'electron/engine/default-export.ts', 'const value = 1;\nexport default value;\n'),
  lint(
    'no-barrel-file',
    'electron/engine/barrel.ts',
    "export * from './cycle-one.ts';\nexport * from './cycle-two.ts';\n",
  ),
  lint(
    'no-cycle',
    'electron/engine/cycle-one.ts',
    "import { two } from './cycle-two.ts';\nexport const one = (): number => two();\n",
  ),
  lint(
    'no-cycle',
    'electron/engine/cycle-two.ts',
    "import { one } from './cycle-one.ts';\nexport const two = (): number => one();\n",
  ),
  lint('filename-case', 'electron/engine/camelCase.ts', 'export const camelCase = 1;\n'),
  house('kebab-case', 'electron/MyFolder/file.ts', 'export const file = 1;\n'),
  house(
    'named-after-its-exports',
    'electron/engine/weather.ts',
    `${docstring}export const countStudents = (): number => 1;\n`,
  ),
  house('docstring', 'electron/engine/silent.ts', 'export const silent = (): number => 1;\n'),
  lint('no-explicit-any', 'electron/engine/any-value.ts', 'export const value: any = 1;\n'),
  lint(
    'no-unsafe-assignment',
    'electron/engine/hidden-any.ts',
    "export const value: { readonly a: number } = JSON.parse('{}');\n",
  ),
  lint('ban-ts-comment', 'electron/engine/silences-types.ts', '// @ts-ignore\nexport const value: string = 1;\n'),
  house(
    'no-silenced-rule',
    'electron/engine/silences-lint.ts',
    '// oxlint-disable-next-line no-var\nexport var value = 1;\n',
  ),
  lint(
    'switch-exhaustiveness-check',
    'electron/engine/forgets-a-case.ts',
    "export function say(kind: 'add' | 'delete'): string {\n  switch (kind) {\n    case 'add':\n      return 'added';\n  }\n  return '';\n}\n",
  ),
  lint(
    'no-floating-promises',
    'electron/engine/forgets-a-promise.ts',
    'const work = async (): Promise<void> => {};\nexport const start = (): void => {\n  work();\n};\n',
  ),
  lint('max-lines', 'electron/engine/long-file.ts', 'export {};\n'.repeat(401)),
  lint(
    'max-lines-per-function',
    'electron/engine/long-function.ts',
    `export function long(): void {\n${'  void 0;\n'.repeat(81)}}\n`,
  ),
  lint('no-console', 'electron/engine/prints.ts', "console.log('a name');\n"),
  types('TS1294', 'electron/engine/enumeration.ts', 'export enum Kind {\n  Add,\n}\n'),
  types(
    'TS1294',
    'electron/engine/parameter-property.ts',
    'export class Row {\n  constructor(readonly id: string) {}\n}\n',
  ),
  types('TS2835', 'electron/engine/without-extension.ts', "export { value } from './any-value';\n"),
  types(
    'TS1484',
    'electron/engine/type-import.ts',
    "import { ServerOptions } from 'node:http';\nexport const options: ServerOptions = {};\n",
  ),
  types(
    'TS2322',
    'electron/engine/unchecked-index.ts',
    'export const first = (list: readonly string[]): string => list[0];\n',
  ),
  types(
    'TS2375',
    'electron/engine/undefined-property.ts',
    'export const row: { readonly note?: string } = { note: undefined };\n',
  ),
  house(
    'threads-end-themselves',
    'electron/engine/ends-a-thread.ts',
    "import type { Worker } from 'node:worker_threads';\nexport const end = (thread: Worker): Promise<number> => thread.terminate();\n",
  ),

  // The project speaks of itself alone.
  house('no-own-machine', 'docs/setup.md', 'Lies in /home/anna/tallybook.\n'),
];
