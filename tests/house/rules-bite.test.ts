import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkFile } from './check-file.ts';
import { counterexamples } from './counterexamples.ts';
import type { Counterexample } from './counterexamples.ts';
import { changedMigrations } from './released-migrations.ts';

const root = join(import.meta.dirname, '..', '..');
const configs = ['package.json', '.oxlintrc.json', 'tsconfig.json', 'tsconfig.base.json'];
const projects = ['shared', 'electron', 'renderer'];

/** A copy of the configuration, with nothing but counterexamples as sources. */
let copy = '';
let linted: ReadonlyMap<string, readonly string[]> = new Map();
let compiled = '';

beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'tallybook-house-')));
  for (const file of [...configs, ...projects.map((name) => `${name}/tsconfig.json`)]) {
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  for (const { path, text } of counterexamples) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  linted = lint();
  compiled = run('typescript/bin/tsc', '-b', '--pretty', 'false');
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('every rule of the house bites', () => {
  it.each(counterexamples)('$rule reports $path ($by)', (example) => {
    expect(reportsOn(example)).toContain(example.rule);
  });

  it('reports nothing in a file that follows them all', () => {
    const text = '/** Adds. */\nexport function addUp(a: number, b: number): number {\n  return a + b;\n}\n';
    expect(checkFile({ path: 'shared/model/add-up.ts', text })).toEqual([]);
  });

  it('reports a released migration that was changed or is gone', () => {
    writeFileSync(join(copy, 'changed.ts'), 'CREATE TABLE other (id TEXT)');
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(changedMigrations(copy, { 'changed.ts': empty, 'gone.ts': empty })).toEqual(['changed.ts', 'gone.ts']);
  });
});

/** The names of the rules that report the file. */
function reportsOn({ by, path, text }: Counterexample): readonly string[] {
  switch (by) {
    case 'lint':
      return linted.get(path) ?? [];
    case 'types':
      return compiled.split('\n').flatMap((line) => (line.startsWith(`${path}(`) ? (/TS\d+/.exec(line) ?? []) : []));
    case 'house':
      return checkFile({ path, text }).map((sentence) => sentence.split(/[ :]+/)[2] ?? '');
  }
}

const lintReport = z.object({ diagnostics: z.array(z.object({ code: z.string().optional(), filename: z.string() })) });

function lint(): ReadonlyMap<string, readonly string[]> {
  const { diagnostics } = lintReport.parse(JSON.parse(run('oxlint/bin/oxlint', '--format', 'json')));
  const rules = new Map<string, readonly string[]>();
  for (const { code, filename } of diagnostics) {
    // Such as eslint(no-var).
    const rule = /\((.+)\)/.exec(code ?? '')?.[1] ?? '';
    const path = filename.replaceAll('\\', '/');
    rules.set(path, [...(rules.get(path) ?? []), rule]);
  }
  return rules;
}

function run(script: string, ...args: readonly string[]): string {
  const { stdout, error } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return stdout;
}
