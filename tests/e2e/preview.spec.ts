import { expect } from '@playwright/test';
import { sql } from '../support/sql.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, syncBeside } from './support/shared-class.ts';
import { test } from './support/test.ts';

test('the list of changes is read out row by row, filtered by its counts, and survives leaving the page', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const classId = await newClass(app, ['Li W', 'Chen Yu', '张三']);
  const database = await postgres.createDatabase();
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  const { items } = await app.call('student.list', { classId });
  const idOf = (name: string): string => items.find((student) => student.name === name)?.id ?? '';
  await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei' } });
  await app.call('student.set', { classId, id: idOf('Chen Yu'), change: { number: '7' } });
  await app.call('score.add', { classId, studentIds: [idOf('张三')], award: { delta: 2, text: 'Homework' } });
  await sql(database.config, "UPDATE tallybook.student SET name = 'Li Wen' WHERE name = 'Li W'");

  const preview = new PreviewPage(app);
  await preview.open();
  await expect(preview.grid).toMatchAriaSnapshot(`
    - grid "Changes":
      - rowgroup:
        - row:
          - columnheader "Select all":
            - checkbox "Select all"
          - columnheader "Change"
          - columnheader "Record"
          - columnheader "What"
          - columnheader "Who, when"
          - columnheader "Decision"
      - rowgroup:
        - row:
          - gridcell "Select":
            - checkbox "Select"
          - gridcell /needs you/
          - gridcell "Li Wei"
          - gridcell "“Li Wei” or “Li Wen”? “Li W”"
          - gridcell "both sides"
          - gridcell:
            - button /Decision for Li Wei/
        - row [selected]:
          - gridcell "Select":
            - checkbox "Select" [checked]
          - gridcell "changed to server ↑"
          - gridcell /Chen Yu/
          - gridcell /number none → 7/
          - gridcell /here/
          - gridcell "send"
        - row [selected]:
          - gridcell "Select":
            - checkbox "Select" [checked]
          - gridcell "added to server ↑"
          - gridcell /Points · 张三/
          - gridcell /\\+2 Homework/
          - gridcell /here/
          - gridcell "send"
  `);

  await preview.matrix.getByRole('button', { name: 'Points: 1 added to the server' }).click();
  await expect(preview.rows).toHaveCount(1);
  await app.page.reload();
  await expect(preview.rows).toHaveCount(1);
  await preview.matrix.getByRole('button', { name: 'Points: 1 added to the server' }).click();
  await expect(preview.rows).toHaveCount(3);
  await app.page.getByLabel('Search changes by name, number or initials').fill('zs');
  await expect(preview.rows).toHaveCount(1);
  await expect(preview.row('张三')).toBeVisible();
  await app.page.getByLabel('Search changes by name, number or initials').fill('');
  await expect(preview.rows).toHaveCount(3);

  await preview.row('张三').getByRole('checkbox').click();
  await expect(preview.row('张三')).toContainText('left out');
  await preview.row('Li Wei').getByText('Li Wei', { exact: true }).click();
  await preview.pick('This PC');
  await preview.useAnswer();
  await expect(preview.runButton('sync')).toHaveText('Sync 2, leave 1');
  await app.page.getByRole('navigation').getByRole('link', { name: 'Students' }).click();
  await app.page.goBack();
  await expect(preview.runButton('sync')).toHaveText('Sync 2, leave 1');
  await app.page.reload();
  await expect(preview.runButton('sync')).toHaveText('Sync 2, leave 1');
  await preview.run('sync');
  await expect(preview.result).toContainText('left out');
  await app.page.getByRole('link', { name: 'Show every row' }).click();
  await expect(app.page.getByRole('grid').getByText('Chen Yu')).toBeVisible();
});

test('deleting most of a class is asked about again before it goes out', async ({ startApp, postgres }) => {
  const app = await startApp({ device: 'Room 301' });
  const names = Array.from({ length: 12 }, (_none, index) => `Student ${index + 1}`);
  const classId = await newClass(app, names);
  const database = await postgres.createDatabase();
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  await sql(database.config, "UPDATE tallybook.student SET deleted_at = now() WHERE name <> 'Student 1'");
  const preview = new PreviewPage(app);
  await preview.open();
  await preview.runButton('sync').click();
  const question = app.page.getByRole('dialog');
  await expect(question).toContainText('Delete 11 records?');
  await expect(question.getByRole('button', { name: 'Carry it out' })).toBeDisabled();
  expect((await app.call('student.list', { classId })).items).toHaveLength(12);
  await question.getByRole('checkbox', { name: 'I checked the list' }).check();
  await question.getByRole('button', { name: 'Carry it out' }).click();
  await preview.expectDone();
  expect((await app.call('student.list', { classId })).items).toHaveLength(1);
});
