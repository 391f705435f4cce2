/** A property that tests of the project prove for as many cases as they are given. */
export interface ProofRow {
  readonly file: string;
  /** Only the tests whose name holds this. */
  readonly name?: string;
  /** Cases of the release run. */
  readonly goal: number;
  /** Cases of one start of the tests. */
  readonly chunk: number;
  /** What tells the tests where to begin and how far to go; empty where a start is one case. */
  readonly settings: (from: number, count: number) => Readonly<Record<string, string>>;
}

/** The rows of the release run that are tests, by the word that names them. */
export const proofRows: Readonly<Record<string, ProofRow>> = {
  'random-trees': {
    file: 'tests/planner/random-trees.test.ts',
    goal: 2_000_000,
    chunk: 50_000,
    settings: (from, count) => ({ TALLYBOOK_SEED: String(from), TALLYBOOK_TREES: String(count) }),
  },
  clocks: {
    file: 'tests/sync/clocks-attacked.test.ts',
    goal: 20_000,
    chunk: 500,
    settings: (from, count) => ({ TALLYBOOK_CLOCK_SEED: String(from), TALLYBOOK_CLOCK_CASES: String(count) }),
  },
  hidden: {
    file: 'electron/remote/apply-hidden.pg.test.ts',
    goal: 500,
    chunk: 50,
    settings: (from, count) => ({ TALLYBOOK_HIDDEN_SEED: String(from), TALLYBOOK_HIDDEN: String(count) }),
  },
  'every-message': {
    file: 'electron/remote/apply-faults.pg.test.ts',
    name: 'at any earlier message writes nothing',
    goal: 20,
    chunk: 1,
    settings: () => ({}),
  },
  'disk-full': {
    file: 'tests/faults/full-disk.pg.test.ts',
    goal: 120,
    chunk: 10,
    settings: (from, count) => ({ TALLYBOOK_DISK_FROM: String(from - 1), TALLYBOOK_DISK_PAGES: String(count) }),
  },
  'byte-flips': {
    file: 'tests/faults/byte-flips.pg.test.ts',
    goal: 1_000,
    chunk: 50,
    settings: (from, count) => ({ TALLYBOOK_FLIPS_FROM: String(from), TALLYBOOK_FLIPS: String(count) }),
  },
  stale: {
    file: 'tests/sync/stale-plans.pg.test.ts',
    goal: 2_000,
    chunk: 100,
    settings: (from, count) => ({ TALLYBOOK_STALE_FROM: String(from), TALLYBOOK_STALE: String(count) }),
  },
  identity: {
    file: 'tests/sync/identity',
    goal: 200,
    chunk: 1,
    settings: () => ({}),
  },
};
