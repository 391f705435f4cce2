import { expect } from '@playwright/test';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

test('the list of changes is read out row by row, keeps its signs in forced colours, is filtered by its counts, and survives leaving the page (P1, P4, F1, C1, colour)', async ({
  startConnected,
}) => {
  const made = await startConnected(['Li W', 'Chen Yu', '张三', 'Ada', 'Ben', 'Cleo']);
  const { app } = made;
  await made.here('Li W', { name: 'Li Wei' });
  await made.here('Chen Yu', { number: '7' });
  await made.award('张三', 2);
  await app.call('student.delete', { classId: made.classId, ids: [made.idOf('Ada')] });
  await made.there('Li W', "name = 'Li Wen'");

  const preview = new PreviewPage(app);
  await preview.open();
  await expect(preview.grid).toMatchAriaSnapshot(`
    - grid "Changes":
      - rowgroup:
        - row:
          - columnheader "Take all shown into the sync":
            - checkbox "Take all shown into the sync" [checked=mixed]
          - columnheader "Change"
          - columnheader "Record"
          - columnheader "What"
          - columnheader "Who, when"
          - columnheader "Decision"
      - rowgroup:
        - row:
          - gridcell "Take part in the sync":
            - checkbox "Take part in the sync"
          - gridcell /needs you/
          - gridcell "Li Wei"
          - gridcell "“Li Wei” or “Li Wen”? “Li W”"
          - gridcell /^here, .*server, /
          - gridcell:
            - button /Decision for Li Wei/
        - row:
          - gridcell "Take part in the sync":
            - checkbox "Take part in the sync" [checked]
          - gridcell "changed to server ↑"
          - gridcell /Chen Yu/
          - gridcell /number none → 7/
          - gridcell /here/
          - gridcell "send ↑"
        - row:
          - gridcell "Take part in the sync":
            - checkbox "Take part in the sync" [checked]
          - gridcell "deleted to server ↑"
          - gridcell "Ada"
          - gridcell "hidden with all points, restorable"
          - gridcell /here/
          - gridcell "send ↑"
        - row:
          - gridcell "Take part in the sync":
            - checkbox "Take part in the sync" [checked]
          - gridcell "added to server ↑"
          - gridcell /Points · 张三/
          - gridcell /\\+2 Homework/
          - gridcell /here/
          - gridcell "send ↑"
  `);

  // Where the system sets the colours, the edges still differ, the icons are there, and what is chosen shows.
  await app.page.emulateMedia({ forcedColors: 'active' });
  const edges = await preview.rows.evaluateAll((rows) =>
    rows.map((row) => {
      const { borderLeftWidth, borderLeftStyle, borderLeftColor } = getComputedStyle(row, '::before');
      const text = getComputedStyle(row).color;
      return `${borderLeftWidth} ${borderLeftStyle} ${borderLeftColor === text ? 'as text' : borderLeftColor}`;
    }),
  );
  expect(edges).toEqual(['7px solid as text', '4px dashed as text', '6px double as text', '4px solid as text']);
  // A colour of the system fills the icon: it is not forced away with what lies behind the text. Each kind has a drawing of its own.
  const icons = await preview.grid.locator('[role=gridcell][data-kind]').evaluateAll((marks) =>
    marks.map((mark) => {
      const { maskImage, backgroundColor, forcedColorAdjust, width } = getComputedStyle(mark, '::before');
      const drawn = maskImage.startsWith('url(') && width === '15px';
      const { color } = getComputedStyle(document.body);
      return { maskImage, drawn, seen: forcedColorAdjust === 'none' && backgroundColor === color };
    }),
  );
  expect(icons.map(({ drawn, seen }) => drawn && seen)).toEqual([true, true, true, true]);
  expect(new Set(icons.map(({ maskImage }) => maskImage)).size).toBe(4);
  const shown = preview.grid.locator('[role=row][aria-current=true]');
  expect(await shown.evaluate((row) => getComputedStyle(row).outlineStyle)).toBe('solid');
  await app.page.emulateMedia({ forcedColors: 'none' });
  // The key is told beside the button it presses, and beside no other.
  await expect(preview.runButton('sync')).toHaveAttribute('title', /Ctrl\+Enter/);
  await expect(preview.runButton('apply')).not.toHaveAttribute('title', /Ctrl\+Enter/);

  await preview.matrix.getByRole('button', { name: 'Points: 1 added to the server' }).click();
  await expect(preview.rows).toHaveCount(1);
  await app.page.reload();
  await expect(preview.rows).toHaveCount(1);
  await preview.matrix.getByRole('button', { name: 'Points: 1 added to the server' }).click();
  await expect(preview.rows).toHaveCount(4);
  await app.page.getByLabel('Search changes by name, number or initials').fill('zs');
  await expect(preview.rows).toHaveCount(1);
  await expect(preview.row('张三')).toBeVisible();
  await app.page.getByLabel('Search changes by name, number or initials').fill('');
  await expect(preview.rows).toHaveCount(4);

  await preview.row('张三').getByRole('checkbox').click();
  await expect(preview.row('张三')).toContainText('left out');
  await preview.row('Li Wei').getByText('Li Wei', { exact: true }).click();
  await preview.pick('This PC');
  await preview.useAnswer();
  await expect(preview.runButton('sync')).toHaveText('Sync 3, leave 1');
  await app.page.getByRole('navigation').getByRole('link', { name: 'Students' }).click();
  await app.page.goBack();
  await expect(preview.runButton('sync')).toHaveText('Sync 3, leave 1');
  await app.page.reload();
  await expect(preview.runButton('sync')).toHaveText('Sync 3, leave 1');
  await preview.run('sync');
  await expect(preview.result).toContainText('left out');
  await app.page.getByRole('link', { name: 'Show every row' }).click();
  await expect(app.page.getByRole('grid').getByText('Chen Yu')).toBeVisible();
});

test('P7: deleting most of a class is asked about again before it goes out', async ({ startConnected }) => {
  const made = await startConnected(Array.from({ length: 12 }, (_none, index) => `Student ${index + 1}`));
  const { app } = made;
  await made.onServer("UPDATE tallybook.student SET deleted_at = now() WHERE name <> 'Student 1'");
  const preview = new PreviewPage(app);
  await preview.open();
  await preview.runButton('sync').click();
  const question = app.page.getByRole('dialog');
  await expect(question).toContainText('Delete 11 records?');
  await expect(question.getByRole('button', { name: 'Carry it out' })).toBeDisabled();
  expect(await made.students()).toHaveLength(12);
  await question.getByRole('checkbox', { name: 'I checked the list' }).check();
  await question.getByRole('button', { name: 'Carry it out' }).click();
  await preview.expectDone();
  expect(await made.students()).toHaveLength(1);
});
