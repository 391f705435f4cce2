import { areaRules } from './area-rules.ts';
import { codeRules } from './code-rules.ts';
import type { Finding } from './rule.ts';
import { isCode, parseCode } from './source-file.ts';
import type { SourceFile } from './source-file.ts';
import { textRules } from './text-rules.ts';

/** Every violation of a house rule in a file, as `path:line rule: message`. */
export function checkFile(file: SourceFile): readonly string[] {
  const say = (name: string, found: readonly Finding[]): readonly string[] =>
    found.map(({ line, message }) => `${file.path}:${line} ${name}: ${message}`);
  const inText = textRules.flatMap(({ name, applies, check }) => (applies(file.path) ? say(name, check(file)) : []));
  if (!isCode(file.path)) return inText;
  const code = parseCode(file);
  const inCode = [...areaRules, ...codeRules].flatMap(({ name, applies, check }) =>
    applies(file.path) ? say(name, check(code)) : [],
  );
  return [...inText, ...inCode];
}
