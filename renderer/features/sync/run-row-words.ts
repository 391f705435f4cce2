import type { Result } from '../../../shared/contract/contract.ts';
import { cellText, fieldWord, visibleFields, type Words } from './preview/field-words.ts';
import { deletedText, type Piece } from './preview/what-changes.ts';

type RunRow = Result<'run.show'>['rows'][number];

/** What a run did to a row: the fields with their value before and after. References are left out: only their ids were kept. */
export function runRowPieces(
  row: Pick<RunRow, 'table' | 'op' | 'before' | 'after' | 'key'>,
  words: Words,
): readonly Piece[] {
  const names = new Set([...Object.keys(row.before ?? {}), ...Object.keys(row.after ?? {})]);
  const cell = (side: 'before' | 'after', name: string): string | null => row[side]?.[name] ?? null;
  const changed = [...names].filter(
    (name) => !Object.hasOwn(row.key, name) && !name.endsWith('_id') && cell('before', name) !== cell('after', name),
  );
  const shown = visibleFields(
    changed.map((name) => ({
      name,
      base: null,
      local: null,
      server: cell('before', name),
      result: cell('after', name),
      clash: false,
    })),
  );
  if (row.op === 'delete') return [{ kind: 'plain', text: deletedText(row.table, words) }];
  return shown.slice(0, 3).flatMap(({ name, server, result }, index): readonly Piece[] => [
    { kind: 'plain', text: `${index === 0 ? '' : ', '}${fieldWord(name, words.t)} ` },
    ...(row.op === 'add' || server === null
      ? []
      : ([
          { kind: 'old', text: cellText(name, server, null, words) },
          { kind: 'plain', text: ' → ' },
        ] as const)),
    { kind: 'plain', text: cellText(name, result, null, words) },
  ]);
}
