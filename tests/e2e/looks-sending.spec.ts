import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { holdBehind } from './support/held-line.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { putBetween } from './support/put-between.ts';
import { test } from './support/test.ts';

/** More points than fit beside the first statements of a run: they are sent piece by piece, with counts. */
const points = 1_200;
const names = Array.from({ length: 60 }, (_none, index) => `Student ${index + 101}`);

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`a long run says in ${language} how much of it is sent, in words and as a bar, and that it is being cancelled; it looks as it was seen to look, light and dark, and the server has nothing of it (R1, R2)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    const network = await putBetween(made);
    for (let given = 0; given < points; given += names.length) await made.award(names, 1);

    const sending = await holdBehind(page, ({ phase, done }) => phase === 'send' && done > 0);
    await page.reload();
    await preview.open();
    await network.mode({ kind: 'freeze-after-bytes', bytes: 100_000 });
    await preview.runButton('sync').click();
    await network.faulted();

    // The first piece of what is sent, as the engine counted it.
    const bar = page.getByRole('progressbar');
    await expect(bar).toHaveAttribute('max', String(points));
    await expect(bar).not.toHaveAttribute('value', '0');
    const sent = Number(await bar.getAttribute('value'));
    expect(sent).toBeGreaterThan(50);
    expect(sent).toBeLessThan(points);
    const counted = new Intl.NumberFormat('en-US');
    const label = `${t('sync:phase.send')}${language === 'en' ? ': ' : '：'}${t('sync:thing.score_event')} ${counted.format(sent)} / ${counted.format(points)}`;
    await expect(bar).toHaveAccessibleName(label);
    await expect(page.getByText(label, { exact: true })).toBeVisible();
    const cancel = page.getByRole('button', { name: t('common:cancel'), exact: true });
    await expect(cancel).toBeEnabled();
    await page.mouse.move(0, 0);
    await looks.at('sending-counted', { of: page, forced: true, windows: [phone] });

    await cancel.click();
    await expect(cancel).toBeDisabled();
    await expect(page.getByText(t('sync:run.cancelling')).first()).toBeVisible();
    // How much was sent says nothing of how far cancelling is.
    await expect(bar).toHaveCount(0);
    await page.mouse.move(0, 0);
    await looks.at('cancelling', { of: page, forced: true, windows: [phone] });
    sending.letGo();
    await expect(page.getByRole('alert')).toContainText(t('errors:cancelled.title'));
    network.cut();
    await network.mode({ kind: 'pass' });
    expect(await made.onServer('SELECT count(*) FROM tallybook.score_event')).toEqual([['0']]);
    await network.stop();
    looks.expectClean();
  });
