import type { StudentItem } from '../../../shared/contract/roster.ts';

/** What a list of students is ordered by. */
export type StudentSort = 'name' | 'number' | 'points';

/** Folds what a person typed the way the engine folds search keys: full-width letters as plain ones, lower-case. */
export function foldTyped(typed: string): string {
  return typed.normalize('NFKC').toLowerCase().trim();
}

/** The students a search and a group keep. `none` as group means: those without one. */
export function filterStudents(
  students: readonly StudentItem[],
  filter: { readonly search: string; readonly group: string | null },
): readonly StudentItem[] {
  const typed = foldTyped(filter.search);
  return students.filter(
    (student) =>
      (typed === '' || student.search.includes(typed)) &&
      (filter.group === null ||
        (filter.group === 'none' ? student.groupId === null : student.groupId === filter.group)),
  );
}

/** Orders students; ties, and everything else, by the surname-aware key. Numbers count as numbers: 9 before 10; students without one come last. */
export function sortStudents(
  students: readonly StudentItem[],
  sort: StudentSort,
  descending = false,
): readonly StudentItem[] {
  const byName = (a: StudentItem, b: StudentItem): number =>
    a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : 0;
  const numbers = new Intl.Collator('en', { numeric: true });
  const compare = (a: StudentItem, b: StudentItem): number => {
    switch (sort) {
      case 'name':
        return byName(a, b);
      case 'number':
        if (a.number === null || b.number === null)
          return Number(a.number === null) - Number(b.number === null) || byName(a, b);
        return numbers.compare(a.number, b.number) || byName(a, b);
      case 'points':
        return b.current - a.current || byName(a, b);
    }
  };
  const sorted = students.toSorted(compare);
  return descending ? sorted.toReversed() : sorted;
}

/** The letter a student stands under in the index; `#` for whatever is no letter. */
export function letterOf(student: StudentItem): string {
  const first = student.sortKey.charAt(0).toUpperCase();
  return /^[A-Z]$/.test(first) ? first : '#';
}

/** Letters in the order of the list, put together so that no more than `slots` targets are needed. */
export function letterSlots(
  students: readonly StudentItem[],
  slots: number,
): readonly { readonly letters: readonly string[]; readonly firstId: string }[] {
  const firsts = new Map<string, string>();
  for (const student of students) if (!firsts.has(letterOf(student))) firsts.set(letterOf(student), student.id);
  const letters = [...firsts];
  const perSlot = Math.max(1, Math.ceil(letters.length / Math.max(1, slots)));
  const result: { letters: string[]; firstId: string }[] = [];
  for (const [index, [letter, firstId]] of letters.entries()) {
    if (index % perSlot === 0) result.push({ letters: [letter], firstId });
    else result.at(-1)?.letters.push(letter);
  }
  return result;
}
