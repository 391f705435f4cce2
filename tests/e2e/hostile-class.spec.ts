import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { endless, formula, hidden, makeHostile, names, reordered, script } from './support/hostile-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { saveList } from './support/save-list.ts';
import { faults, invisible } from './support/shown-truly.ts';
import { test } from './support/test.ts';

const looks = [
  { language: 'en', colorScheme: 'light' },
  { language: 'zh-CN', colorScheme: 'dark' },
] as const;

for (const { language, colorScheme } of looks)
  test(`a hostile class shows as text on the pages that list it, runs nothing, hides nothing, and is exported as text (${language}, ${colorScheme})`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language, colorScheme });
    await makeHostile(made);
    const { app, classId, connectionId } = made;
    const { page, t } = app;

    const preview = new PreviewPage(app);
    await preview.open();
    await expect(preview.row('<script>').first()).toBeVisible();
    await expect(preview.row('Li\\u{200b}Wei').first()).toBeVisible();
    await expect(preview.row('\\u{7}')).toBeVisible();
    await expect(preview.row('Four').first()).toContainText(formula);
    await preview.row('Six here').click();
    await expect(preview.detail).toContainText('abc\\u{202e}cod.exe');
    await preview.row('Three').first().click();
    await expect(preview.detail).toContainText('王王王…');
    expect(await faults(page)).toEqual([]);
    await page.screenshot({ path: testInfo.outputPath('hostile.png') });

    const csv = await saveList(app, 'csv');
    expect(csv).toContain('__proto__');
    // No cell begins as a formula does.
    expect(csv).not.toMatch(/(^|[,\n])"?[=+@-]/);
    expect(csv).not.toMatch(invisible);
    const json = await saveList(app, 'json');
    expect(json).toContain('__proto__');
    expect(JSON.parse(json)).toMatchObject({ rows: expect.any(Array) });
    expect(json).not.toMatch(invisible);

    await preview.row('Six here').click();
    await preview.pick(t('sync:side.server'));
    await preview.useAnswer();
    await preview.row(formula).first().click();
    await preview.pick(t('sync:side.server'));
    await preview.useAnswer();
    await preview.run('sync');
    await expect(preview.bothSame).toBeVisible();
    const { items: runs } = await app.call('run.list', { classId });
    const places = [
      'class',
      'settings',
      'students',
      'students?view=deleted',
      'history',
      'sync',
      `sync/run/${runs[0]?.runId ?? ''}`,
      'sync/bin',
      `sync/preview/${connectionId}`,
    ];
    const found: Record<string, readonly string[]> = {};
    for (const place of places) {
      await page.goto(`${app.shell.origin}/#/${place}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await expect(page.locator('#main [aria-busy=true]')).toHaveCount(0);
      const wrong = await faults(page);
      if (wrong.length > 0) found[place] = wrong;
    }
    expect(found).toEqual({});

    // What is told of the last points, and of one event in full.
    await page.goto(`${app.shell.origin}/#/history`);
    const points = page
      .getByRole('grid')
      .getByRole('row')
      .filter({ has: page.getByText('Li\\u{200b}Wei', { exact: true }) });
    await points.getByText('abc\\u{202e}cod.exe').first().click();
    const panel = page.getByRole('dialog', { name: 'Li\\u{200b}Wei' });
    await expect(panel).toContainText('abc\\u{202e}cod.exe');
    expect(await faults(page)).toEqual([]);
    await panel
      .getByRole('button', { name: t('common:close') })
      .last()
      .click();
    await page.goto(`${app.shell.origin}/#/class`);
    const board = new ClassPage(app);
    await board.award('Li\\u{200b}Wei', '+1');
    expect(await faults(page)).toEqual([]);

    expect((await made.students()).map(({ name }) => name)).toEqual(
      expect.arrayContaining([script, formula, reordered, hidden, '__proto__', endless]),
    );
  });
