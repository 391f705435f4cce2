import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { GridColumn } from '../../ui/grid-types.ts';
import type { Words } from './preview/field-words.ts';
import { KindMark } from './preview/kind-mark.tsx';
import { Pieces, RecordName, recordColumns, ROOM_FOR_WHO } from './preview/record-columns.tsx';
import { changedBy, decidedBy, notTaken, runRecord, settledWord, type Decider } from './run-row-text.ts';
import { isRestored, runRowPieces } from './run-row-words.ts';

/** The columns of a past run: those of the list it carried out, with what became of each question. `isWhoTold`: whose changes they were says something of it. */
export function runColumns(words: Words, decider: Decider, isWhoTold: boolean): readonly GridColumn<RunRowItem>[] {
  const { t } = words;
  const who = (row: RunRowItem): string => changedBy(row, words);
  const when: GridColumn<RunRowItem> = {
    id: 'when',
    header: t('sync:column.when'),
    width: 'minmax(122px, 1fr)',
    from: ROOM_FOR_WHO,
    sortable: true,
    cell: who,
  };
  return [
    {
      id: 'change',
      header: t('sync:column.change'),
      width: '112px',
      sortable: true,
      cell: (row) => <OpMark row={row} />,
    },
    ...recordColumns<RunRowItem>(
      words,
      (row) => <RecordName text={shownText(runRecord(row, words))} struck={row.op === 'delete'} />,
      (row) => runRowPieces(row, words),
      isWhoTold ? who : null,
    ),
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

/** What a run did to a row; of one it wrote nowhere, that this PC's was kept. */
function OpMark({ row }: { readonly row: RunRowItem }) {
  const direction = row.side === 'none' ? 'up' : row.side;
  const mark = { table: row.table, kind: row.op, direction, choice: null, restored: isRestored(row) };
  return <KindMark row={mark} instead={row.side === 'none' ? 'kept' : null} />;
}

/** What was decided about a row, by whom and when, and what was not taken, also where nobody had to decide. */
function Settled(props: { readonly row: RunRowItem; readonly words: Words; readonly decider: Decider }) {
  const { row, words, decider } = props;
  const said = settledWord(row, words);
  const lost = notTaken(row, words);
  const untaken = lost.length === 0 ? [] : [words.t('sync:history.notTakenText', { values: words.format.list(lost) })];
  if (said === '') return <Pieces pieces={untaken.map((text) => ({ kind: 'plain', text }))} />;
  const below = [...untaken, decidedBy(row, decider, words)].join(' · ');
  return <Pieces pieces={[{ kind: 'plain', text: said }]} below={below} />;
}
