import type { ConnectedClass } from './connected-class.ts';

export const script = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
export const formula = '=HYPERLINK("http://example.org";"click")';
export const reordered = 'abc\u202Ecod.exe';
/** How a page shows `reordered`. */
export const reorderedShown = 'abc\\u{202e}cod.exe';
export const hidden = 'Li\u200BWei';
export const endless = 'x'.repeat(10_000);

/** The students of the class before anything is changed: so many more that the changes are no question about masses. */
export const names: readonly string[] = [
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  ...Array.from({ length: 40 }, (_none, index) => `Student ${index + 1}`),
];

/** Changes a class of `names` so that whatever it shows is meant to hide, reorder, run or never end; Six and Nine ask, all else is taken without a question. */
export async function makeHostile(made: ConnectedClass): Promise<void> {
  const { app, classId } = made;
  await made.award('Two', 2, `${reordered} ${script}`);
  await made.here('Six', { name: 'Six here' });
  await made.there('Six', 'name = $2', reordered);
  await made.here('Nine', { name: `${formula} ${script}` });
  await made.there('Nine', 'name = $2', `${reordered} ${script}`);
  await made.there('One', 'name = $2', script);
  await made.there('Two', 'name = $2', hidden);
  await made.there('Three', 'note = $2', '王'.repeat(10_000));
  await made.there('Four', 'name = $2', formula);
  await made.there('Five', 'name = $2', '\u2066\u2067Zoë\n\t\u0007');
  await made.there('Seven', 'name = $2, number = $3', '__proto__', 'constructor');
  await made.there('Eight', 'name = $2', endless);
  await made.onServer(
    'INSERT INTO tallybook.student_tag (class_id, student_id, tag) SELECT class_id, id, $2 FROM tallybook.student WHERE id = $1',
    made.idOf('Seven'),
    `__proto__ ${reordered}`,
  );
  // A device that calls itself something else.
  await made.onServer(
    `INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
     SELECT class_id, gen_random_uuid(), id, $2, 3, now(), gen_random_uuid(), $3 FROM tallybook.student WHERE id = $1`,
    made.idOf('Four'),
    `${formula} ${hidden}`,
    `${reordered} ${script}`,
  );
  await app.call('class.rename', { classId, name: `5B ${reordered}` });
}
