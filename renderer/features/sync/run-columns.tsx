import type { Result } from '../../../shared/contract/contract.ts';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { GridColumn } from '../../ui/grid-types.ts';
import type { Words } from './preview/field-words.ts';
import { kindColumn, type Kind } from './preview/kind-mark.tsx';
import { piecesColumn, recordColumns, ROOM_FOR_WHO, toldCell, type Said } from './preview/record-columns.tsx';
import { changedBy, decidedBy, insteadOfOp, notTaken, runRecord, settledWord, type Decider } from './run-row-text.ts';
import { isRestored, runRowPieces } from './run-row-words.ts';

/** What a run was for. */
type RunPurpose = Pick<Result<'run.show'>['run'], 'purpose'>;

/** The columns of a past run: those of the list it carried out, with what became of each question. `isWhoTold`: whose changes they were says something of it. */
export function runColumns(
  words: Words,
  run: Decider & RunPurpose,
  isWhoTold: boolean,
): readonly GridColumn<RunRowItem>[] {
  const { t } = words;
  const who = (row: RunRowItem): string => changedBy(row, words);
  const when: GridColumn<RunRowItem> = {
    id: 'when',
    header: t('sync:column.when'),
    width: 'minmax(122px, 1fr)',
    from: ROOM_FOR_WHO,
    sortable: true,
    cell: who,
    look: toldCell,
  };
  return [
    kindColumn<RunRowItem>(words, '112px', (row) => opKind(row, run.purpose)),
    ...recordColumns<RunRowItem>(
      words,
      (row) => ({ text: shownText(runRecord(row, words)), struck: row.op === 'delete' }),
      (row) => runRowPieces(row, words),
      isWhoTold ? who : null,
    ),
    ...(isWhoTold ? [when] : []),
    {
      id: 'choice',
      header: t('sync:column.decision'),
      width: 'minmax(120px, 2fr)',
      from: 620,
      ...piecesColumn<RunRowItem>((row) => settled(row, words, run)),
    },
  ];
}

/** What a run did to a row; of one it wrote nowhere, that this PC's was kept; of points it ended while taking back, that they are undone. */
function opKind(row: RunRowItem, purpose: RunPurpose['purpose']): Kind {
  const direction = row.side === 'none' ? 'up' : row.side;
  const instead = row.side === 'none' ? 'kept' : insteadOfOp(row, purpose);
  return { table: row.table, kind: row.op, direction, choice: null, restored: isRestored(row), instead };
}

/** What was decided about a row, by whom and when, and what was not taken, also where nobody had to decide. */
function settled(row: RunRowItem, words: Words, decider: Decider): Said {
  const said = settledWord(row, words);
  const lost = notTaken(row, words);
  const untaken = lost.length === 0 ? [] : [words.t('sync:history.notTakenText', { values: words.format.list(lost) })];
  if (said === '') return { pieces: untaken.map((text) => ({ kind: 'plain', text })) };
  const below = [...untaken, decidedBy(row, decider, words)].join(' · ');
  return { pieces: [{ kind: 'plain', text: said }], below };
}
