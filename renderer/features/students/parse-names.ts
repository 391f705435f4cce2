import { isBlank, textLimits } from '../../../shared/model/text-limits.ts';

/** One student as read from a pasted line. */
export interface ParsedStudent {
  readonly line: number;
  readonly name: string;
  readonly number: string | null;
  readonly group: string | null;
}

/** What is wrong, or worth knowing, about a pasted line. `same-name` is allowed: two students may share a name. */
export interface ParseProblem {
  readonly line: number;
  readonly kind:
    | 'name-too-long'
    | 'number-too-long'
    | 'group-too-long'
    | 'number-twice'
    | 'number-taken'
    | 'same-name'
    | 'no-name';
  readonly text: string;
}

/** What pasted names come to: the students to add, and the lines that need a look. */
export interface ParsedNames {
  readonly students: readonly ParsedStudent[];
  readonly problems: readonly ParseProblem[];
}

const headers = new Set([
  'name',
  'names',
  'student',
  'number',
  'no',
  'no.',
  'nr',
  'group',
  '姓名',
  '名字',
  '学生',
  '学号',
  '编号',
  '序号',
  '小组',
  '组',
]);
const isNumber = (text: string): boolean => /^[0-9０-９][0-9０-９A-Za-z-]*$/.test(text);

/**
 * Reads a pasted list: one student per line, with number and group before or after the name, separated by tab, comma or spaces;
 * or names alone on one line, separated by 、 or commas. A header line and empty lines are skipped, and so is what no class can hold
 * (null characters and halves of characters) or nobody can see: every student that is read is one the engine takes, unless a problem blocks.
 */
export function parseNames(text: string, taken: ReadonlySet<string> = new Set()): ParsedNames {
  const lines = writable(text).split(/\r\n|\r|\n/);
  const filled = lines.filter((line) => !isBlank(line));
  const single = filled.length === 1 ? splitOneLine(filled[0] ?? '') : null;
  const students: ParsedStudent[] = [];
  const problems: ParseProblem[] = [];
  const source =
    single === null
      ? lines.map((line, index) => ({ line: index + 1, cells: cellsOf(line) }))
      : single.map((name) => ({ line: 1, cells: [name] }));
  for (const { line, cells } of source) {
    if (cells.length === 0 || isHeader(cells)) continue;
    const student = readCells(line, cells);
    if (student.name === '') problems.push({ line, kind: 'no-name', text: cells.join(' ') });
    else students.push(student);
  }
  return { students, problems: [...problems, ...check(students, taken)].toSorted((a, b) => a.line - b.line) };
}

/** Lists from documents in another encoding have them between all letters. */
function writable(text: string): string {
  return text.toWellFormed().replaceAll(/[\0\uFFFD]/g, '');
}

/** Whether a problem stands in the way of adding; the others are only said. */
export function blocks(problem: ParseProblem): boolean {
  return problem.kind !== 'same-name' && problem.kind !== 'no-name';
}

/** Names on one line, when it is plainly a list of them and not "name, number". */
function splitOneLine(line: string): readonly string[] | null {
  if (line.includes('\t')) return null;
  const parts = line
    .split(/[、,，;；]/)
    .map((part) => part.trim())
    .filter((part) => !isBlank(part));
  if (parts.length < 2 || parts.some((part) => isNumber(part))) return null;
  return parts.length === 2 && !line.includes('、') ? null : parts;
}

function cellsOf(line: string): readonly string[] {
  const trimmed = line.replace(/^\s*[•*·-]\s+/, '').trim();
  if (isBlank(trimmed)) return [];
  if (/[\t,，;；]/.test(trimmed))
    return trimmed
      .split(/[\t,，;；]/)
      .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
      .filter((cell) => !isBlank(cell))
      .flatMap((cell, index, all) =>
        index === 0 && !all.some((other) => isNumber(other)) ? numberAndName(cell) : [cell],
      );
  return numberAndName(trimmed);
}

/** "12 Ada Park", "12. Ada Park" and "Ada Park 12" are a number and a name. */
function numberAndName(trimmed: string): readonly string[] {
  const before = /^([0-9０-９]+)(?:[.)、．]\s*|\s+)(.+)$/.exec(trimmed);
  if (before !== null) return [before[1] ?? '', before[2] ?? ''];
  const after = /^(.+?)\s+([0-9０-９]+)$/.exec(trimmed);
  return after === null ? [trimmed] : [after[1] ?? '', after[2] ?? ''];
}

function isHeader(cells: readonly string[]): boolean {
  return cells.every((cell) => headers.has(cell.toLowerCase()));
}

function readCells(line: number, cells: readonly string[]): ParsedStudent {
  const numberAt = cells.findIndex((cell) => isNumber(cell));
  const rest = cells.filter((cell, index) => index !== numberAt && !isBlank(cell));
  const number = cells[numberAt]?.normalize('NFKC') ?? null;
  return { line, name: rest[0] ?? '', number, group: rest[1] ?? null };
}

function check(students: readonly ParsedStudent[], taken: ReadonlySet<string>): readonly ParseProblem[] {
  const problems: ParseProblem[] = [];
  const numbers = new Set<string>();
  const names = new Set<string>();
  for (const { line, name, number, group } of students) {
    if (Array.from(name).length > textLimits.name)
      problems.push({ line, kind: 'name-too-long', text: Array.from(name).slice(0, 24).join('') });
    else if (names.has(name)) problems.push({ line, kind: 'same-name', text: name });
    names.add(name);
    if (Array.from(group ?? '').length > textLimits.name) problems.push({ line, kind: 'group-too-long', text: name });
    if (number === null) continue;
    if (number.length > textLimits.number) problems.push({ line, kind: 'number-too-long', text: name });
    else if (taken.has(number)) problems.push({ line, kind: 'number-taken', text: number });
    else if (numbers.has(number)) problems.push({ line, kind: 'number-twice', text: number });
    numbers.add(number);
  }
  return problems;
}
