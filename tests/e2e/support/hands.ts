import type { Locator } from '@playwright/test';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { Choice, Step } from './draft-model.ts';

/** One way to use the list of changes, such as by keyboard alone. */
export interface Hands {
  /** Goes to a row. */
  readonly goTo: (row: PlanRowItem) => Promise<void>;
  /** Answers the question of the row it is at. */
  readonly answer: (row: PlanRowItem, choice: Choice) => Promise<void>;
  /** Puts the row off, takes its decision back, or takes it in or leaves it out. */
  readonly say: (row: PlanRowItem, word: 'later' | 'reset' | 'tick') => Promise<void>;
  /** Chooses rows that follow each other. */
  readonly choose: (rows: readonly PlanRowItem[]) => Promise<void>;
  /** Says something of what is chosen, or of everything that is undecided. */
  readonly sayMany: (step: Extract<Step, { readonly does: 'many' }>) => Promise<void>;
  /** Chooses nothing any more, so that the next step is about one row. */
  readonly chooseNone: () => Promise<void>;
  readonly step: (direction: 'undo' | 'redo') => Promise<void>;
  /** Carries the list out. */
  readonly run: () => Promise<void>;
  /** Says, where more than usual is asked about before the list is carried out, that it was looked at, and goes on with the button of that name. */
  readonly agree: (go: string) => Promise<void>;
}

/** How a hand moves in the panel. */
export interface PanelHand {
  readonly check: (radio: Locator) => Promise<void>;
  readonly type: (box: Locator, text: string) => Promise<void>;
  readonly press: (button: Locator) => Promise<void>;
}
