import type { Page } from '@playwright/test';

/** Goes to a page by its entry in the rail, named as people read it. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
}
