import type { ESTree } from 'vite';
import type { CodeRule, Finding } from './rule.ts';
import { lineOf, visit } from './source-file.ts';
import type { CodeFile } from './source-file.ts';

const isApp = (path: string): boolean => /^(electron|renderer|shared)\//.test(path) && !/\.test\.tsx?$/.test(path);

/** Rules about what code does, as far as it shows in the syntax. */
export const codeRules: readonly CodeRule[] = [
  {
    name: 'no-clock',
    applies: (path) => isApp(path) && path.startsWith('shared/'),
    check: (file) => {
      const found: Finding[] = [];
      const see = ({ callee, arguments: given, start }: ESTree.NewExpression | ESTree.CallExpression): void => {
        if (callee.type !== 'Identifier' || callee.name !== 'Date' || given.length > 0) return;
        found.push({ line: lineOf(file, start), message: 'shared/ is pure: the time is passed in' });
      };
      visit(file.program, { NewExpression: see, CallExpression: see });
      return found;
    },
  },
  {
    // A thread that is ended while SQLite's own code runs in it aborts the process, or is waited for without end.
    name: 'threads-end-themselves',
    applies: (path) => path.startsWith('electron/engine/'),
    check: (file) => {
      const found: Finding[] = [];
      visit(file.program, {
        MemberExpression: ({ property, start }) => {
          if (property.type !== 'Identifier' || property.name !== 'terminate') return;
          found.push({ line: lineOf(file, start), message: 'ask the thread to end itself' });
        },
      });
      return found;
    },
  },
  {
    name: 'only-api-talks-to-the-shell',
    applies: (path) => isApp(path) && path.startsWith('renderer/') && path !== 'renderer/api.ts',
    check: (file) => {
      const found: Finding[] = [];
      visit(file.program, {
        MemberExpression: ({ property, start }) => {
          const name =
            property.type === 'Identifier' ? property.name : property.type === 'Literal' ? property.value : '';
          if (name === 'tallybook') found.push({ line: lineOf(file, start), message: 'ask renderer/api.ts' });
        },
      });
      return found;
    },
  },
  {
    name: 'no-await-in-transaction',
    // A transaction of PostgreSQL is asynchronous; one of SQLite holds the only connection of the thread.
    applies: (path) => isApp(path) && path.startsWith('electron/') && !path.startsWith('electron/remote/'),
    check: awaitInTransaction,
  },
  {
    name: 'named-after-its-exports',
    applies: (path) => isApp(path) && !path.startsWith('shared/contract/') && /\/[^/]+\/[^/]+\.ts$/.test(path),
    check: namedAfterExports,
  },
  {
    name: 'docstring',
    // The contract is a list of schemas whose names are the vocabulary of the app.
    applies: (path) => isApp(path) && !path.startsWith('shared/contract/'),
    check: undocumented,
  },
];

/** `store.transaction(async …)`, or an `await` anywhere inside the function given to it. */
function awaitInTransaction(file: CodeFile): readonly Finding[] {
  const bodies: { readonly start: number; readonly end: number }[] = [];
  const waits: number[] = [];
  visit(file.program, {
    CallExpression: ({ callee, arguments: [work] }) => {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (callee.property.name !== 'transaction' || work === undefined) return;
      bodies.push(work);
      if ('async' in work && work.async) waits.push(work.start);
    },
    AwaitExpression: ({ start }) => void waits.push(start),
    ForOfStatement: (node) => {
      if (node.await) waits.push(node.start);
    },
  });
  return waits
    .filter((offset) => bodies.some(({ start, end }) => start <= offset && offset < end))
    .map((offset) => ({ line: lineOf(file, offset), message: 'nothing is awaited inside a SQLite transaction' }));
}

/** Where a file exports one thing, its name and that of the file have a word in common. */
function namedAfterExports(file: CodeFile): readonly Finding[] {
  const values = file.module.staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ isType }) => !isType)
    .map(({ exportName }) => exportName.name ?? '');
  const [only] = values;
  if (only === undefined || values.length > 1) return [];
  const words = (file.path.split('/').at(-1) ?? '')
    .replace(/\.tsx?$/, '')
    .split('-')
    .map(stem);
  if (words.some((word) => only.toLowerCase().includes(word))) return [];
  return [{ line: 1, message: `exports only ${only}` }];
}

/** Without its ending, so that `migrate` and `migration` are one word. */
function stem(word: string): string {
  return word.slice(0, Math.max(3, word.length - 2));
}

/** Functions and types; the name of an exported value (a schema, a table of texts) mostly says it all. */
function needsWords(declaration: ESTree.Declaration): boolean {
  if (declaration.type !== 'VariableDeclaration') return true;
  return declaration.declarations.some(({ init }) => init?.type === 'ArrowFunctionExpression');
}

/** Exported functions and types without a comment that tells what they are for. */
function undocumented(file: CodeFile): readonly Finding[] {
  const found: Finding[] = [];
  visit(file.program, {
    ExportNamedDeclaration: ({ declaration, start }) => {
      if (declaration === null || !needsWords(declaration)) return;
      const before = file.comments.findLast(({ end }) => end <= start);
      const isNext = before !== undefined && file.text.slice(before.end, start).trim() === '';
      if (isNext && before.type === 'Block' && before.value.startsWith('*')) return;
      found.push({ line: lineOf(file, start), message: 'an export begins with a docstring' });
    },
  });
  return found;
}
