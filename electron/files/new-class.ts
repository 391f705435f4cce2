import type { Catalog } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import { isBlank } from '../../shared/model/text-limits.ts';
import { requiredText } from '../../shared/model/text-rules.ts';
import type { Language } from '../../shared/text/language.ts';
import type { AppStore, ClassEntry } from '../store/app-store.ts';
import { countMembers } from '../store/catalog-rows.ts';
import { createClassFile } from '../store/class-files.ts';
import type { Stamp } from '../store/stamp.ts';
import { addStudents } from '../store/student.ts';
import { uuidv7 } from '../store/uuid.ts';
import { fillSampleClass } from './sample-class.ts';

/** What a new class is made of: a name, the pasted names of its students (blank ones are skipped), or the sample. */
export interface NewClassInput {
  readonly name: string;
  readonly students?: readonly string[] | undefined;
  readonly sample?: boolean | undefined;
}

/** Who makes it and when, the language its words are written in, and what tables it has. */
export interface NewClassMeans {
  readonly stamp: Stamp;
  readonly language: Language;
  readonly catalog: Catalog;
}

/**
 * Makes a class on this device, all or nothing. Throws `class-exists` for a name that a class in use here has (a sample takes the next free
 * name instead), and what names of students throw.
 * `language` is the one the sample's groups and notes are written in.
 */
export function makeClass(
  app: AppStore,
  folder: string,
  { name, students, sample }: NewClassInput,
  { stamp, language, catalog }: NewClassMeans,
): ClassEntry {
  const isSample = sample === true;
  const tidy = requiredText('name', name);
  const free = isSample ? freeName(app, tidy) : tidy;
  refuseTakenName(app, free, null);
  const id = uuidv7();
  const names = (students ?? []).filter((line) => !isBlank(line));
  let count = 0;
  createClassFile(folder, { id, name: free, sample: isSample, empty: false, catalog }, (store) => {
    if (isSample) fillSampleClass(store, stamp, language);
    addStudents(
      store,
      names.map((line) => ({ name: line })),
      stamp,
    );
    count = countMembers(store);
  });
  const entry: ClassEntry = { id, name: free, sample: isSample, archived: false, students: count };
  app.addClass(entry, stamp.at);
  return entry;
}

/** Throws `class-exists` when another class in use on this device has that name. */
export function refuseTakenName(app: AppStore, name: string, except: string | null): void {
  if (takenNames(app, except).has(name)) throw new AppError('class-exists', { name });
}

function takenNames(app: AppStore, except: string | null): ReadonlySet<string> {
  return new Set(
    app
      .classes()
      .filter(({ id, archived }) => !archived && id !== except)
      .map((entry) => entry.name),
  );
}

/** The name, or the next one like it that no class in use on this device has. */
export function freeName(app: AppStore, name: string): string {
  const taken = takenNames(app, null);
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name} ${number}`;
  return free;
}
