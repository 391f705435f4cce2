import type { BulkRule, PlanRowItem, ResolveFile } from '../../../shared/contract/sync.ts';

/** A choice of the command line, without the row it is about. */
export type Choice = Pick<NonNullable<ResolveFile['rows']>[number], 'choice' | 'fields'>;

/** One thing a teacher does with a list. Rows are named by their place in the plan. */
export type Step =
  | ({ readonly does: 'choose'; readonly row: number } & Choice)
  | { readonly does: 'later'; readonly row: number }
  | { readonly does: 'reset'; readonly row: number }
  | { readonly does: 'tick'; readonly row: number }
  | { readonly does: 'many'; readonly rows: readonly number[] | 'undecided'; readonly rule: BulkRule | 'tick' }
  | { readonly does: 'undo' }
  | { readonly does: 'redo' };

/** A step that says something, and takes nothing back. */
type Saying = Exclude<Step, { readonly does: 'undo' } | { readonly does: 'redo' }>;

interface State {
  readonly choices: ReadonlyMap<number, Choice>;
  readonly out: ReadonlySet<number>;
}

/** What a list is decided like after some steps, as the documentation says, worked out without the app. */
export class Draft {
  readonly #rows: ReadonlyMap<number, PlanRowItem>;
  readonly #past: State[] = [];
  readonly #undone: State[] = [];
  #now: State = { choices: new Map(), out: new Set() };

  constructor(rows: readonly PlanRowItem[]) {
    this.#rows = new Map(rows.map((row) => [row.ordinal, row]));
  }

  choice(ordinal: number): Choice | null {
    return this.#now.choices.get(ordinal) ?? null;
  }

  isOut(ordinal: number): boolean {
    return this.#now.out.has(ordinal);
  }

  canStep(direction: 'undo' | 'redo'): boolean {
    return (direction === 'undo' ? this.#past : this.#undone).length > 0;
  }

  /** How many questions wait for a person. */
  undecided(): number {
    return this.#undecidedRows().length;
  }

  take(step: Step): void {
    if (step.does === 'undo' || step.does === 'redo') {
      const [from, to] = step.does === 'undo' ? [this.#past, this.#undone] : [this.#undone, this.#past];
      const next = from.pop();
      if (next === undefined) throw new Error(`nothing to ${step.does}`);
      to.push(this.#now);
      this.#now = next;
      return;
    }
    const next = this.#after(step);
    // What is so already is no step that could be taken back.
    if (!this.#differs(next)) return;
    this.#past.push(this.#now);
    this.#undone.length = 0;
    this.#now = next;
  }

  /** Whether a step would change anything. */
  wouldChange(step: Saying): boolean {
    return this.#differs(this.#after(step));
  }

  #differs(next: State): boolean {
    return wordsOf(next) !== wordsOf(this.#now);
  }

  #undecidedRows(): readonly number[] {
    return [...this.#rows.values()]
      .filter(({ kind, refused }) => kind === 'conflict' && refused === null)
      .map(({ ordinal }) => ordinal)
      .filter((ordinal) => (this.choice(ordinal)?.choice ?? 'skip') === 'skip');
  }

  #after(step: Saying): State {
    const choices = new Map(this.#now.choices);
    const out = new Set(this.#now.out);
    const say = (ordinal: number, choice: Choice | null): void => {
      if (choice === null) choices.delete(ordinal);
      else choices.set(ordinal, choice);
    };
    const follow = (ordinal: number, rule: BulkRule): void => {
      const row = this.#row(ordinal);
      if (rule === 'reset') out.delete(ordinal);
      if (rule === 'later' && row.kind !== 'conflict') out.add(ordinal);
      const choice = row.kind === 'conflict' ? choiceBy(row, rule) : undefined;
      if (choice !== undefined) say(ordinal, choice);
    };
    if (step.does === 'choose')
      say(step.row, { choice: step.choice, ...(step.fields === undefined ? {} : { fields: step.fields }) });
    else if (step.does === 'later' || step.does === 'reset') follow(step.row, step.does);
    else if (step.does === 'tick') flip(out, [step.row]);
    else {
      const { rule } = step;
      const rows = step.rows === 'undecided' ? this.#undecidedRows() : step.rows;
      if (rule === 'tick') flip(out, rows);
      else for (const ordinal of rows) follow(ordinal, rule);
    }
    return { choices, out };
  }

  #row(ordinal: number): PlanRowItem {
    const row = this.#rows.get(ordinal);
    if (row === undefined) throw new Error(`no row ${ordinal}`);
    return row;
  }
}

/** One box for several: all in, or, where they are, all out. */
function flip(out: Set<number>, rows: readonly number[]): void {
  const some = rows.some((row) => out.has(row));
  for (const row of rows) {
    if (some) out.delete(row);
    else out.add(row);
  }
}

function wordsOf({ choices, out }: State): string {
  const byPlace = [...choices].toSorted(([one], [other]) => one - other);
  return JSON.stringify([byPlace, [...out].toSorted((one, other) => one - other)]);
}

/** What a rule for many says about one question; undefined where it does not fit it. */
function choiceBy(row: PlanRowItem, rule: BulkRule): Choice | null | undefined {
  const { conflict } = row;
  const fields = conflict === 'both-updated' || conflict === 'both-added';
  switch (rule) {
    case 'later':
      return { choice: 'skip' };
    case 'reset':
      return null;
    case 'server':
      return { choice: 'server' };
    case 'local':
      return conflict === 'same-identity' ? undefined : { choice: 'local' };
    case 'both':
      if (conflict === 'same-identity') return { choice: 'server' };
      return fields ? { choice: 'both', fields: keptBeside(row) } : undefined;
    case 'newer':
      return fields && row.reason === 'newer' && row.recommended !== null ? mergeFrom(row, row.recommended) : undefined;
    case 'merge-local':
    case 'merge-server':
      return fields ? mergeFrom(row, rule === 'merge-local' ? 'local' : 'server') : undefined;
  }
}

function mergeFrom({ fields }: PlanRowItem, side: 'local' | 'server'): Choice {
  const clashing = fields.filter(({ clash }) => clash).map(({ name }) => [name, side] as const);
  return { choice: 'merge', fields: Object.fromEntries(clashing) };
}

/** Two students cannot have one number: this PC's goes without where it has one. */
export function keptBeside({ table, fields, unchanged }: PlanRowItem): NonNullable<Choice['fields']> {
  if (table !== 'student') return {};
  const held =
    fields.find(({ name }) => name === 'number')?.local ?? unchanged.find(({ name }) => name === 'number')?.value;
  return held === null || held === undefined ? {} : { number: { value: null } };
}
