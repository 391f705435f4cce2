import type { Locator } from '@playwright/test';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { Choice } from './draft-model.ts';
import type { PanelHand } from './hands.ts';
import type { PreviewPage } from './preview-page.ts';

/** Answers the question of a row in its panel, which is open. */
export async function fillPanel(
  preview: PreviewPage,
  row: PlanRowItem,
  { choice, fields = {} }: Choice,
  hand: PanelHand,
): Promise<void> {
  const { detail } = preview;
  if (choice === 'both') return await hand.press(preview.keepBoth);
  if (choice === 'merge') {
    const clashing = row.fields.filter(({ clash }) => clash);
    for (const [place, { name }] of clashing.entries()) {
      const group = detail.getByRole('radiogroup').nth(place);
      const pick = fields[name] ?? 'local';
      if (typeof pick === 'string') await hand.check(group.locator(`input[value=${pick}]`));
      else await typeOther(group, group.locator('xpath=..').getByRole('textbox'), 'typed', pick.value, hand);
    }
    return await hand.press(preview.use);
  }
  if (choice === 'rename') {
    const [typed] = Object.values(fields);
    const value = typeof typed === 'object' ? typed.value : null;
    await typeOther(detail.getByRole('radiogroup'), detail.getByRole('textbox'), 'rename', value, hand);
    return await hand.press(preview.use);
  }
  if (choice === 'local' || choice === 'server') {
    const whole = preview.whole(choice);
    if ((await whole.count()) > 0) return await hand.press(whole);
  }
  await hand.check(detail.locator(`input[type=radio][value=${choice}]`));
  await hand.press(preview.use);
}

async function typeOther(
  group: Locator,
  box: Locator,
  way: 'typed' | 'rename',
  value: string | null,
  { check, type }: PanelHand,
): Promise<void> {
  await check(group.locator(`input[value=${way}]`));
  await type(box, value ?? '');
}
