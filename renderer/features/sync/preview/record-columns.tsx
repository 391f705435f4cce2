import { Fragment, type ReactNode } from 'react';
import type { CellLook, GridColumn } from '../../../ui/grid-types.ts';
import type { Words } from './field-words.ts';
import type { Piece } from './what-changes.ts';
import styles from './changes.module.css';

/** The pieces of a sentence about a row. */
export function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <span className={styles['what']} title={textOf(pieces)}>
      {drawn(pieces)}
    </span>
  );
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

function drawn(pieces: readonly Piece[]): ReactNode {
  return pieces.map((piece, index) => {
    const key = `${index} ${piece.text}`;
    if (piece.kind === 'old') return <s key={key}>{piece.text}</s>;
    if (piece.kind === 'strong') return <strong key={key}>{piece.text}</strong>;
    return <Fragment key={key}>{piece.text}</Fragment>;
  });
}

/** A sentence about a row, in pieces. */
export interface Said {
  readonly pieces: readonly Piece[];
  /** What stands on a line of its own below them, which then have one line. */
  readonly below?: string | undefined;
}

/** A cell that is a sentence, with no element around it. */
export function piecesColumn<Row>(said: (row: Row) => Said): Pick<GridColumn<Row>, 'cell' | 'look'> {
  return {
    cell: (row) => {
      const { pieces, below } = said(row);
      return below === undefined ? (
        drawn(pieces)
      ) : (
        <>
          {drawn(pieces)}
          {`\n${below}`}
        </>
      );
    },
    look: (row) => {
      const { pieces, below } = said(row);
      const text = textOf(pieces);
      return {
        className: styles['what'],
        title: below === undefined ? text : `${text}\n${below}`,
        data: { 'data-below': below !== undefined },
      };
    },
  };
}

/** The name of the record a row is about; `struck`: it goes. */
export interface RecordSaid {
  readonly text: string;
  readonly struck: boolean;
}

/** The look of a cell of quiet words, with a line for each of them. */
export function toldCell(): CellLook {
  return { className: styles['told'] };
}

/** In a narrower list (px) what changes stands under the name. */
const ROOM_FOR_WHAT = 480;
/** In a narrower list (px) who made a change and when stands under it. */
export const ROOM_FOR_WHO = 700;

/** What a row is about and what it is, as there is room for it; `who` where there is none for a column of that, null where it is not told. */
export function recordColumns<Row>(
  { t }: Pick<Words, 't'>,
  record: (row: Row) => RecordSaid,
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
      cell: (row) => record(row).text,
      look: (row) => ({ className: styles['record'], data: { 'data-record': '', 'data-struck': record(row).struck } }),
    },
    {
      id: 'record',
      header: t('sync:column.record'),
      width: 'minmax(96px, 1fr)',
      to: ROOM_FOR_WHAT,
      sortable: true,
      cell: (row) => {
        const { text, struck } = record(row);
        return (
          <span className={styles['recordBox']}>
            <strong className={styles['record']} data-record data-struck={struck} title={text}>
              {text}
            </strong>
            <Pieces pieces={inOneLine(row)} />
          </span>
        );
      },
    },
    {
      id: 'what',
      header: t('sync:column.what'),
      width: 'minmax(120px, 3fr)',
      from: ROOM_FOR_WHAT,
      to: ROOM_FOR_WHO,
      ...piecesColumn<Row>((row) => ({ pieces: what(row), below: who === null ? undefined : inLine(row) })),
    },
    {
      id: 'what',
      header: t('sync:column.what'),
      width: 'minmax(120px, 3fr)',
      from: ROOM_FOR_WHO,
      ...piecesColumn<Row>((row) => ({ pieces: what(row) })),
    },
  ];
}
