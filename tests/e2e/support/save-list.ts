import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import type { App } from './app.ts';

/** Saves the list a page shows by its menu and answers what is in the file. */
export async function saveList({ page, t }: App, kind: 'csv' | 'json'): Promise<string> {
  await page.getByRole('button', { name: t('sync:export.label') }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: t(`sync:export.${kind}`) }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(new RegExp(`^tallybook-[0-9A-Za-z-]+\\.${kind}$`));
  return await readFile(await file.path(), 'utf8');
}
