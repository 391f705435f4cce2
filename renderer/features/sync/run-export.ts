import { allRunRows } from '../../../shared/contract/all-run-rows.ts';
import type { Result } from '../../../shared/contract/contract.ts';
import { call } from '../../client.ts';
import type { ChangeFilter } from './preview/change-filter.ts';
import type { Words } from './preview/field-words.ts';
import type { HandedOut } from './preview/list-export.tsx';
import { paperWords, pointsApart } from './preview/paper-words.ts';
import { bothOrigins, planHeads } from './preview/plan-lines.ts';
import { toRunFilter } from './run-filter.ts';
import { decidedBy, notTaken, opWord, runRecord, settledWord } from './run-row-text.ts';
import { runRowPieces } from './run-row-words.ts';

/** The rows of a past run that a filter keeps as they are handed out on paper or in a file: the columns of the list it carried out, and what became of each question. */
export async function handOutRun(
  classId: string,
  { run, left, error }: Result<'run.show'>,
  filter: ChangeFilter,
  shown: Words,
): Promise<HandedOut> {
  const asked = { classId, runId: run.runId, filter: toRunFilter(filter), sort: filter.sort };
  const rows = await allRunRows({ call }, asked);
  const words = paperWords(shown);
  const { t, format } = words;
  return {
    heads: [...planHeads(words, run.purpose), t('sync:history.decidedBy'), t('sync:history.notTaken')],
    lines: rows.map((row) => [
      t(`sync:kind.${opWord(row)}`),
      row.side === 'none' ? '' : t(`sync:direction.${row.side}`),
      runRecord(row, words),
      ...pointsApart(row.table, runRowPieces(row, words)),
      ...bothOrigins(row, words, run.purpose),
      settledWord(row, words),
      decidedBy(row, run, words),
      format.list(notTaken(row, words)),
    ]),
    document: { run, rows, left, error },
  };
}
