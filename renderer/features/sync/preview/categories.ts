/** What people call the parts of a class; tables of the catalog that belong together are shown together. */
export type Category =
  | 'students'
  | 'tags'
  | 'points'
  | 'reasons'
  | 'groups'
  | 'settlements'
  | 'rewards'
  | 'settings'
  | 'erased'
  | 'other';

const tables: Readonly<Record<Category, readonly string[]>> = {
  students: ['student', 'avatar'],
  tags: ['student_tag'],
  points: ['score_event', 'score_void'],
  reasons: ['reason'],
  groups: ['group'],
  settlements: ['settlement', 'settlement_event', 'settlement_void'],
  rewards: ['reward', 'redemption', 'redemption_void'],
  settings: ['class_setting'],
  erased: ['erasure'],
  other: ['alias'],
};

/** The categories in the order they are shown. */
export const categories = Object.keys(tables) as readonly Category[];

/** The tables of a category. */
export function tablesOf(category: Category): readonly string[] {
  return tables[category];
}

/** The category a table is shown under; a table of another catalog is `other`. */
export function categoryOf(table: string): Category {
  return categories.find((category) => tables[category].includes(table)) ?? 'other';
}

/** The categories of some tables, each once, in order. */
export function categoriesOf(tableNames: Iterable<string>): readonly Category[] {
  const found = new Set(Array.from(tableNames, categoryOf));
  return categories.filter((category) => found.has(category));
}
