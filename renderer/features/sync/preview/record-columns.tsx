import { Fragment, type ReactNode } from 'react';
import type { GridColumn } from '../../../ui/grid-types.ts';
import type { Words } from './field-words.ts';
import type { Piece } from './what-changes.ts';
import styles from './changes.module.css';

/** The pieces of a sentence about a row. */
export function Pieces(props: {
  readonly pieces: readonly Piece[];
  /** What stands on a line of its own below them, which then have one line. */
  readonly below?: string | undefined;
}) {
  const { below } = props;
  const said = props.pieces.map((piece) => piece.text).join('');
  return (
    <span className={styles['what']} title={below === undefined ? said : `${said}\n${below}`}>
      {props.pieces.map((piece, index) => {
        const key = `${index} ${piece.text}`;
        if (piece.kind === 'old') return <s key={key}>{piece.text}</s>;
        if (piece.kind === 'strong') return <strong key={key}>{piece.text}</strong>;
        return <Fragment key={key}>{piece.text}</Fragment>;
      })}
      {below !== undefined && <small className={styles['below']}>{below}</small>}
    </span>
  );
}

/** The name of the record a row is about; `struck`: it goes. */
export function RecordName({ text, struck }: { readonly text: string; readonly struck: boolean }) {
  return (
    <strong className={styles['record']} data-struck={struck} title={text}>
      {text}
    </strong>
  );
}

/** In a narrower list (px) what changes stands under the name. */
const ROOM_FOR_WHAT = 480;
/** In a narrower list (px) who made a change and when stands under it. */
export const ROOM_FOR_WHO = 700;

/** What a row is about and what it is, as there is room for it; `who` where there is none for a column of that, null where it is not told. */
export function recordColumns<Row>(
  { t }: Pick<Words, 't'>,
  record: (row: Row) => ReactNode,
  what: (row: Row) => readonly Piece[],
  who: ((row: Row) => string) | null,
): readonly GridColumn<Row>[] {
  const inLine = (row: Row): string => who?.(row).replace('\n', ' · ') ?? '';
  const inOneLine = (row: Row): readonly Piece[] => {
    const said = what(row);
    if (who === null) return said;
    return [...said, { kind: 'plain', text: `${said.length === 0 ? '' : ' · '}${inLine(row)}` }];
  };
  return [
    {
      id: 'record',
      header: t('sync:column.record'),
      width: 'minmax(96px, 2fr)',
      from: ROOM_FOR_WHAT,
      sortable: true,
      cell: record,
    },
    {
      id: 'record',
      header: t('sync:column.record'),
      width: 'minmax(96px, 1fr)',
      to: ROOM_FOR_WHAT,
      sortable: true,
      cell: (row) => (
        <span className={styles['recordBox']}>
          {record(row)}
          <Pieces pieces={inOneLine(row)} />
        </span>
      ),
    },
    {
      id: 'what',
      header: t('sync:column.what'),
      width: 'minmax(120px, 3fr)',
      from: ROOM_FOR_WHAT,
      to: ROOM_FOR_WHO,
      cell: (row) => <Pieces pieces={what(row)} below={who === null ? undefined : inLine(row)} />,
    },
    {
      id: 'what',
      header: t('sync:column.what'),
      width: 'minmax(120px, 3fr)',
      from: ROOM_FOR_WHO,
      cell: (row) => <Pieces pieces={what(row)} />,
    },
  ];
}
