import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

for (const language of languages)
  test(`a new student whose number another one has but for case is said to be probably the same, in the list and in the panel, and goes when told to (P4; ${language})`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W'], { language });
    const { app, classId } = made;
    const { page, t } = app;
    await app.call('student.add', { classId, students: [{ name: 'Anna', number: 'k7' }] });
    await made.onServer(
      `INSERT INTO tallybook.student (class_id, id, name, number, created_at) SELECT id, md5('Ana')::uuid, 'Ana', 'K7', now() FROM tallybook.class`,
    );
    const preview = new PreviewPage(app);
    await preview.open();
    const record = 'Ana · K7';
    const said = preview.rows.filter({ hasText: t('sync:what.alike', { record }) });
    await expect(said).toHaveCount(1);
    await expect(said).toContainText('Anna · k7');
    await preview.recordNamed('Anna · k7').click();
    await expect(preview.detail).toContainText(t('sync:detail.alike', { record }));
    await page.screenshot({ path: testInfo.outputPath('probably-same.png') });
    await preview.run('sync');
    await preview.expectDone();
    const { items } = await app.call('student.list', { classId });
    expect(new Set(items.map(({ number }) => number))).toEqual(new Set(['K7', 'k7', null]));
  });
