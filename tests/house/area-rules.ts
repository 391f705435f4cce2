import { importsOf, resolveImport } from './source-file.ts';
import type { CodeRule } from './rule.ts';

/** Whether a path is app code in one of these folders; tests may reach anywhere. */
const isIn = (path: string, ...folders: readonly string[]): boolean =>
  !isTest(path) && folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

const isTest = (path: string): boolean => path.startsWith('tests/') || /\.test\.tsx?$/.test(path);

/** A folder and what in the project it must not import. */
type Border = {
  readonly name: string;
  readonly from: readonly string[];
  readonly never: readonly string[];
  readonly why: string;
};

const entries = ['electron/main.ts', 'electron/preload.ts', 'electron/browser.ts', 'electron/cli.ts'];
const shells = ['electron/desktop', 'electron/bridge', ...entries];
const data = ['electron/store', 'electron/remote', 'electron/sync', 'electron/secrets', 'electron/files'];

const borders: readonly Border[] = [
  {
    name: 'shared-stands-alone',
    from: ['shared'],
    never: ['electron', 'renderer', 'tests', 'scripts'],
    why: 'shared/ imports nothing but itself',
  },
  {
    name: 'page-knows-the-contract',
    from: ['renderer'],
    never: ['electron', 'tests', 'scripts'],
    why: 'the page imports shared/ and UI libraries',
  },
  {
    name: 'nobody-imports-the-page',
    from: ['electron', 'shared', 'scripts'],
    never: ['renderer'],
    why: 'shared things belong into shared/',
  },
  {
    name: 'app-without-tests',
    from: ['electron', 'renderer', 'shared'],
    never: ['tests', 'scripts'],
    why: 'the app does not need its tests',
  },
  {
    name: 'store-without-remote',
    from: ['electron/store'],
    never: ['electron/remote', 'electron/sync', 'electron/engine', ...shells],
    why: 'the store knows SQLite and nothing else',
  },
  {
    name: 'remote-without-store',
    from: ['electron/remote'],
    never: ['electron/store', 'electron/sync', 'electron/engine', ...shells],
    why: 'the remote knows PostgreSQL and nothing else',
  },
  {
    name: 'sync-below-shells',
    from: ['electron/sync'],
    never: shells,
    why: 'the shells call the engine, never the other way',
  },
  { name: 'shells-only-forward', from: shells, never: data, why: 'a shell forwards to the engine and decides nothing' },
];

/** Packages that one folder owns, however they are imported. */
const owners: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['electron/store'],
  pg: ['electron/remote'],
  'pg-copy-streams': ['electron/remote'],
  keytar: ['electron/secrets'],
  electron: ['electron/desktop', 'electron/main.ts', 'electron/preload.ts'],
};

/** The places that put the app together and so know both sides. */
const joiners = ['electron/sync', 'electron/engine'];

const borderRules: readonly CodeRule[] = borders.map(({ name, from, never, why }) => ({
  name,
  applies: (path) => isIn(path, ...from),
  check: (file) =>
    importsOf(file).flatMap(({ from: specifier, line }) => {
      const target = resolveImport(file.path, specifier);
      return target !== undefined && isIn(target, ...never) ? [{ line, message: `imports ${target}, but ${why}` }] : [];
    }),
}));

const ownerRule: CodeRule = {
  name: 'single-owner',
  applies: (path) => isIn(path, 'electron', 'renderer', 'shared'),
  check: (file) =>
    importsOf(file).flatMap(({ from, line }) => {
      const places = owners[from];
      return places === undefined || isIn(file.path, ...places)
        ? []
        : [{ line, message: `imports ${from}, which belongs to ${places.join(', ')}` }];
    }),
};

const joinRule: CodeRule = {
  name: 'only-sync-joins',
  applies: (path) => isIn(path, 'electron') && !isIn(path, ...joiners),
  check: (file) => {
    const targets = importsOf(file).map(({ from }) => resolveImport(file.path, from) ?? '');
    const both = ['electron/store', 'electron/remote'].every((area) => targets.some((target) => isIn(target, area)));
    return both ? [{ line: 1, message: 'imports the store and the remote; only electron/sync/ joins them' }] : [];
  },
};

/** Who may import what, by where a file lies. */
export const areaRules: readonly CodeRule[] = [...borderRules, ownerRule, joinRule];
