/** A rule of the engine taken out, and the tests that must notice. */
export interface Mutant {
  readonly id: string;
  /** The rule, in the words of the design. */
  readonly rule: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Test files, of which at least one test must fail. Empty where only the simulation tells. */
  readonly tests: readonly string[];
  /** Only tests whose name holds this. */
  readonly name?: string;
  /** Seeds of the simulation of which at least one must break a rule. */
  readonly seeds?: { readonly from: number; readonly count: number };
}
