import { expect } from '@playwright/test';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { App } from './app.ts';
import { Draft, type Step } from './draft-model.ts';
import type { Hands } from './hands.ts';
import { planRows } from './plan-results.ts';
import type { PreviewPage } from './preview-page.ts';

/** What steps are taken on. */
export interface Deciding {
  readonly app: App;
  readonly preview: PreviewPage;
  readonly planId: string;
  /** The rows as they are before anything is decided. */
  readonly rows: readonly PlanRowItem[];
}

/** Takes steps on the page in one way to use it, and looks after each whether the list is decided as it is to be by then: no more, no less. */
export async function takeSteps(deciding: Deciding, steps: readonly Step[], hands: Hands): Promise<void> {
  const { app, preview, planId, rows } = deciding;
  const draft = new Draft(rows);
  for (const [index, step] of steps.entries()) {
    await take(hands, rows, step);
    draft.take(step);
    const wanted = rows.flatMap((row) =>
      standing(row.ordinal, draft.choice(row.ordinal)?.choice ?? null, draft.isOut(row.ordinal)),
    );
    await expect
      .poll(
        async () => {
          const now = await planRows(app, planId);
          // What is put off is left out for that, and a box that was cleared before counts again later.
          return now.flatMap((row) => standing(row.ordinal, row.choice, isOut(row, draft.isOut(row.ordinal))));
        },
        { message: `step ${index + 1}: ${JSON.stringify(step)}`, intervals: [20, 50, 100, 250], timeout: 15_000 },
      )
      .toEqual(wanted);
    await expectShown(deciding, draft, step);
    if (step.does === 'many' && step.rows !== 'undecided') await hands.chooseNone();
  }
  await expect(preview.stepButton('undo')).toBeEnabled({ enabled: draft.canStep('undo') });
  await expect(preview.stepButton('redo')).toBeEnabled({ enabled: draft.canStep('redo') });
}

async function take(hands: Hands, rows: readonly PlanRowItem[], step: Step): Promise<void> {
  if (step.does === 'undo' || step.does === 'redo') return await hands.step(step.does);
  if (step.does === 'many') {
    const about = step.rows;
    if (about !== 'undecided') await hands.choose(rows.filter(({ ordinal }) => about.includes(ordinal)));
    return await hands.sayMany(step);
  }
  const row = rows.find(({ ordinal }) => ordinal === step.row);
  if (row === undefined) throw new Error(`no row ${step.row}`);
  await hands.goTo(row);
  if (step.does === 'choose') await hands.answer(row, step);
  else await hands.say(row, step.does);
}

function standing(ordinal: number, choice: string | null, out: boolean): readonly string[] {
  return choice === null && !out ? [] : [`${ordinal} ${choice ?? ''}${out ? ' out' : ''}`];
}

function isOut({ left }: PlanRowItem, meant: boolean): boolean {
  return left === 'unticked' || (meant && (left === 'skipped' || left === 'undecided'));
}

/** The page shows it as well before the next step is taken. */
async function expectShown({ app, preview, rows }: Deciding, draft: Draft, step: Step): Promise<void> {
  const total = rows.filter(({ kind }) => kind === 'conflict').length;
  const words = app.t('sync:list.left', { count: draft.undecided(), total });
  await expect(preview.page.getByText(words).first()).toBeVisible();
  if (!('row' in step)) return;
  const line = preview.grid.locator(`[role=row][data-key="${step.row}"]`);
  const decided = draft.choice(step.row) !== null;
  if (rows.find(({ ordinal }) => ordinal === step.row)?.kind === 'conflict' && (await line.count()) > 0)
    await expect(line.getByRole('gridcell').last()).toContainText(
      decided ? /^(?!decide$)/ : app.t('sync:decision.decide'),
    );
}
