import { expect, type Locator } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { faultsZoomed } from './support/at-most-zoomed.ts';
import { askReplace } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { putBetween } from './support/put-between.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', '张三', 'Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal', 'Ivy', 'Jo', 'Kim'];

// Parallel by language, a dozen moments each, walked through with the keyboard at two sizes.
test.describe.configure({ mode: 'parallel', timeout: 300_000 });

for (const language of languages)
  test(`at 400 % of zoom a sync, from the small sheet or the list, what is asked before it, how it goes and how it ended are in sight and reachable by key in ${language} (size, P7, P9, P10, R1)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app } = made;
    const { page, t } = app;
    const network = await putBetween(made);
    const preview = new PreviewPage(app);
    const question = page.getByRole('dialog');
    const found: string[] = [];
    const look = async (state: string): Promise<void> => {
      found.push(...(await faultsZoomed(page, state)));
      await page.setViewportSize({ width: 320, height: 256 });
      await page.screenshot({ path: testInfo.outputPath(`${state}.png`) });
      await page.setViewportSize({ width: 1366, height: 768 });
    };
    /** Keeps a sync at its last word until it was looked at. */
    const whileRunning = async (go: Locator, state: string): Promise<void> => {
      await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose: 'request' });
      await go.click();
      await network.faulted();
      await page.getByText(t('sync:phase.commit')).first().waitFor();
      await look(state);
      await network.mode({ kind: 'pass' });
    };
    const ask = async (go: Locator): Promise<void> => {
      await go.click();
      await question.waitFor();
    };
    const leave = async (): Promise<void> => {
      await question.getByRole('button', { name: t('common:cancel') }).click();
      await question.waitFor({ state: 'hidden' });
    };

    await made.award(['Li W', 'Chen Yu', '张三'], 2);
    await made.here('Ada', { name: 'Ada H' });
    await made.there('Ada', "name = 'Ada S'");
    await new SyncPage(app).badge.getByRole('button').click();
    await question.getByText(t('sync:sheet.asksSome')).waitFor();
    await look('sheet');
    await whileRunning(question.getByRole('button', { name: /^\D+3/ }), 'sheet-running');
    await question.getByRole('heading', { name: t('sync:outcome.undecided.title') }).waitFor();
    await look('sheet-result');
    await question.getByRole('button', { name: t('sync:sheet.toList') }).click();
    await preview.waitForList();

    await preview.recordNamed('Ada H').click();
    await preview.whole('local').click();
    await whileRunning(preview.runButton('sync'), 'running');
    await preview.expectDone();
    await look('result-same');

    await made.onServer("UPDATE tallybook.student SET note = 'sits in front'");
    await preview.refresh.click();
    await preview.waitForList();
    await ask(preview.runButton('sync'));
    await look('guard');
    await leave();

    await made.here('Ben', { note: 'left-handed' });
    await preview.open();
    await askReplace(app);
    await preview.waitForList();
    await ask(page.getByRole('button', { name: t('sync:replace.run', { count: 14 }), exact: true }));
    await look('replace');
    await leave();

    await page.goto(`${app.shell.origin}/#/sync`);
    const { items } = await app.call('run.list', { classId: made.classId });
    const awarded = items.find(({ counts }) => counts.up.add === 3);
    await page.goto(`${app.shell.origin}/#/sync/run/${awarded?.runId ?? ''}`);
    await page.getByRole('button', { name: t('sync:undo.action') }).click();
    await preview.waitForList();
    await ask(page.getByRole('button', { name: t('sync:undo.run', { count: 3 }), exact: true }));
    await look('undo');
    await leave();
    await network.stop();
    expect(found).toEqual([]);
  });
