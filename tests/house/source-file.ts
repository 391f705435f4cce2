import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync, Visitor } from 'vite';
import type { ESTree, ParseResult, VisitorObject } from 'vite';

/** A text file of the project; the path is from the root, with forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };

/** A file of code with its syntax tree. */
export type CodeFile = SourceFile & ParseResult;

/** What is made, not written. */
const ignored = new Set(['node_modules', '.git', 'out', 'dist', '.cache', 'test-results', 'playwright-report']);

/** Paths of all files below a folder, without those that are made by tools. */
export function listFiles(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}

/** Whether a file can hold text worth reading. */
export function isText(path: string): boolean {
  return !/\.(png|ico|icns|jpg|woff2?|ttf|xlsx|db|lock)$|package-lock\.json$|\.tsbuildinfo$|\.DS_Store$/.test(path);
}

/** Whether a file is code of ours. */
export function isCode(path: string): boolean {
  return /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts');
}

/** Reads a file of the project. */
export function readSource(root: string, path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** Parses a file; throws on code that does not parse. */
export function parseCode(source: SourceFile): CodeFile {
  const result = parseSync(source.path, source.text, { sourceType: 'module' });
  const [error] = result.errors;
  if (error !== undefined) throw new Error(`${source.path}: ${error.message}`);
  // The fields of the result are getters, which a spread would lose.
  return { ...source, program: result.program, module: result.module, comments: result.comments, errors: [] };
}

/** Calls the given functions for the nodes of their kind. */
export function visit(tree: ESTree.Program, visitor: VisitorObject): void {
  new Visitor(visitor).visit(tree);
}

/** The line of a place in a file, from 1. */
export function lineOf({ text }: SourceFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Everything a file imports or re-exports, also as a type or later (`import('…')`), with its line. */
export function importsOf(file: CodeFile): readonly { readonly from: string; readonly line: number }[] {
  const found: { from: string; line: number }[] = [];
  const add = (node: { readonly value: unknown; readonly start: number } | null): void => {
    if (typeof node?.value === 'string') found.push({ from: node.value, line: lineOf(file, node.start) });
  };
  const addCall = ({ source }: { readonly source: ESTree.Expression }): void => {
    if (source.type === 'Literal') add(source);
  };
  visit(file.program, {
    ImportDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    ImportExpression: addCall,
  });
  return found;
}

/** The project path an import leads to; undefined for packages and Node's own modules. */
export function resolveImport(path: string, from: string): string | undefined {
  return from.startsWith('.') ? posix.join(posix.dirname(path), from) : undefined;
}
