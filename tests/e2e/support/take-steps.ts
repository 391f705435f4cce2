import { expect } from '@playwright/test';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { App } from './app.ts';
import { Draft, type Step } from './draft-model.ts';
import type { Hands } from './hands.ts';
import { rowsAt } from './plan-results.ts';
import type { PreviewPage } from './preview-page.ts';

/** What steps are taken on. */
export interface Deciding {
  readonly app: App;
  readonly preview: PreviewPage;
  readonly classId: string;
  readonly planId: string;
  /** The rows as they are before anything is decided. */
  readonly rows: readonly PlanRowItem[];
}

/** Takes steps on the page in one way to use it, and looks after each whether the list is decided as it is to be by then: no more, no less. */
export async function takeSteps(deciding: Deciding, steps: readonly Step[], hands: Hands): Promise<void> {
  const { app, preview, classId, planId, rows } = deciding;
  const ordinals = rows.map(({ ordinal }) => ordinal);
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
          const items = await rowsAt(app, { classId, planId }, ordinals);
          // What is put off is left out for that, and a box that was cleared before counts again later.
          return items.flatMap((row) => standing(row.ordinal, row.choice, isOut(row, draft.isOut(row.ordinal))));
        },
        { message: `step ${index + 1}: ${JSON.stringify(step)}`, intervals: [5, 10, 20, 50, 100], timeout: 15_000 },
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
  const left = app.t('sync:list.left', { count: draft.undecided(), total });
  const asked = 'row' in step && rows.some(({ ordinal, kind }) => ordinal === step.row && kind === 'conflict');
  const undecided = app.t('sync:decision.decide');
  const line = asked ? { ordinal: step.row, undecided, decided: draft.choice(step.row) !== null } : null;
  const shown = { left, line };
  await preview.page.waitForFunction(isShown, shown).catch((error: unknown) => {
    throw new Error(`the page does not show ${JSON.stringify(shown)}`, { cause: error });
  });
}

interface Shown {
  /** How many questions are left, in words. */
  readonly left: string;
  /** What the line of a question says in its last cell, where the line is in the page. */
  readonly line: { readonly ordinal: number; readonly undecided: string; readonly decided: boolean } | null;
}

/** Runs in the page: one question instead of one for each thing that is to be seen. */
function isShown({ left, line }: Shown): boolean {
  const words = document.evaluate(`//*[text()="${left}"]`, document, null, 9).singleNodeValue;
  if (!(words instanceof HTMLElement) || words.getClientRects().length === 0) return false;
  if (line === null) return true;
  const cells = document.querySelectorAll(`[role=row][data-key="${line.ordinal}"] [role=gridcell]`);
  const last = [...cells].at(-1);
  if (last === undefined) return true;
  return line.decided ? last.textContent !== line.undecided : last.textContent.includes(line.undecided);
}
