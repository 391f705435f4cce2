import type { Finding, TextRule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

/** This folder holds the rules and their counterexamples. */
const isElsewhere = (path: string): boolean => !path.startsWith('tests/house/');

function findLines({ text }: SourceFile, pattern: RegExp, message: string): readonly Finding[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [{ line: index + 1, message }] : []));
}

/** Files named by what reads them. */
const givenNames = /(^|\/)(README|CHANGELOG|CONTRIBUTING|LICENSE|SECURITY)(\.md)?$|^\.ci\/run$|(^|\/)\.[a-z]/;

/** Rules about any text of the project. */
export const textRules: readonly TextRule[] = [
  {
    name: 'kebab-case',
    applies: (path) => !givenNames.test(path) && !path.startsWith('resources/'),
    check: ({ path }) =>
      path
        .replace('zh-CN', 'zh-cn')
        .split('/')
        .every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part))
        ? []
        : [{ line: 1, message: 'files and folders are named in kebab-case' }],
  },
  {
    name: 'no-own-machine',
    applies: isElsewhere,
    check: (file) =>
      findLines(
        file,
        /(^|[\s"'`(=:])(\/(home|Users)\/[a-z][\w.-]*\/|\/root\/|[A-Z]:\\Users\\[a-z])/i,
        'a path of one machine does not belong into the project',
      ),
  },
  {
    name: 'no-silenced-rule',
    applies: (path) => /\.(ts|tsx|mjs)$/.test(path) && isElsewhere(path),
    check: (file) =>
      findLines(
        file,
        /(oxlint|eslint)-disable|@ts-(ignore|nocheck|expect-error)|knip-ignore/,
        'mend the code or change the rule for all',
      ),
  },
];
