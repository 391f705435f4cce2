import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { GridColumn } from '../../ui/grid-types.ts';
import { Pieces } from './preview/change-columns.tsx';
import type { Words } from './preview/field-words.ts';
import { KindMark } from './preview/kind-mark.tsx';
import { changedBy, decidedBy, notTaken, runRecord, settledWord, type Decider } from './run-row-text.ts';
import { isRestored, runRowPieces } from './run-row-words.ts';
import changeStyles from './preview/changes.module.css';

/** The columns of a past run: those of the list it carried out, with what became of each question. `isWhoTold`: whose changes they were says something of it. */
export function runColumns(words: Words, decider: Decider, isWhoTold: boolean): readonly GridColumn<RunRowItem>[] {
  const { t } = words;
  const when: GridColumn<RunRowItem> = {
    id: 'when',
    header: t('sync:column.when'),
    width: 'minmax(122px, 1fr)',
    from: 700,
    sortable: true,
    cell: (row) => changedBy(row, words),
  };
  return [
    {
      id: 'change',
      header: t('sync:column.change'),
      width: '112px',
      sortable: true,
      cell: (row) => <KindMark row={{ kind: row.op, direction: row.side, choice: null, restored: isRestored(row) }} />,
    },
    {
      id: 'record',
      header: t('sync:column.record'),
      width: 'minmax(120px, 2fr)',
      sortable: true,
      cell: (row) => <Record row={row} words={words} />,
    },
    {
      id: 'what',
      header: t('sync:column.what'),
      width: 'minmax(120px, 3fr)',
      from: 480,
      cell: (row) => <Pieces pieces={runRowPieces(row, words)} />,
    },
    ...(isWhoTold ? [when] : []),
    {
      id: 'choice',
      header: t('sync:column.decision'),
      width: 'minmax(120px, 2fr)',
      from: 620,
      cell: (row) => <Settled row={row} words={words} decider={decider} />,
    },
  ];
}

function Record({ row, words }: { readonly row: RunRowItem; readonly words: Words }) {
  const text = shownText(runRecord(row, words));
  return (
    <strong className={changeStyles['record']} data-struck={row.op === 'delete'} title={text}>
      {text}
    </strong>
  );
}

/** What was decided about a row, by whom and when, and what was not taken. */
function Settled(props: { readonly row: RunRowItem; readonly words: Words; readonly decider: Decider }) {
  const { row, words, decider } = props;
  const said = settledWord(row, words);
  if (said === '') return null;
  const lost = notTaken(row, words);
  const below = [
    ...(lost.length === 0 ? [] : [words.t('sync:history.notTakenText', { values: words.format.list(lost) })]),
    decidedBy(row, decider, words),
  ].join(' · ');
  return <Pieces pieces={[{ kind: 'plain', text: said }]} below={below} />;
}
