import type { Result } from '../../../../shared/contract/contract.ts';

/** A part of the list: what asks (`conflict`), what stays as it is (`kept`), what cannot be stored (`refused`), or the rows of a table. */
export interface Part {
  readonly key: string;
  readonly rows: number;
}

/** Where rows and heads of parts stand in the list. */
export interface Layout {
  readonly lines: number;
  readonly ordinalAt: (line: number) => number | undefined;
  readonly partAt: (line: number) => Part | undefined;
  /** −1 when the row is not in the list. */
  readonly lineOf: (ordinal: number) => number;
  /** Places in the plan of the rows from one line to another, both included. */
  readonly between: (first: number, last: number) => readonly number[];
}

/** A list of fewer rows is seen at once and needs no heads. */
const NEEDS_HEADS = 12;

/** Lays a list out: with a head before every part where it has several and is long, or where something takes no part whatever is ticked. */
export function layOut(index: Pick<Result<'plan.index'>, 'ordinals' | 'sections'> | null): Layout {
  const ordinals = index?.ordinals ?? [];
  const sections = index?.sections ?? [];
  const out = sections.some(({ key }) => key === 'refused' || key === 'kept');
  const headed = sections.length > 1 && (out || ordinals.length >= NEEDS_HEADS) ? sections : [];
  /** The line of each head, in order. */
  const heads = headed.map(({ from }, place) => from + place);
  const places = new Map(ordinals.map((ordinal, place) => [ordinal, place]));
  /** How many heads stand at or before a line. */
  const headsUpTo = (line: number): number => heads.findLastIndex((head) => head <= line) + 1;
  const ordinalAt = (line: number): number | undefined => {
    const before = headsUpTo(line);
    return heads[before - 1] === line ? undefined : ordinals[line - before];
  };
  return {
    lines: ordinals.length + heads.length,
    ordinalAt,
    partAt: (line) => {
      const place = heads.indexOf(line);
      const section = headed[place];
      if (section === undefined) return undefined;
      return { key: section.key, rows: (headed[place + 1]?.from ?? ordinals.length) - section.from };
    },
    lineOf: (ordinal) => {
      const place = places.get(ordinal);
      return place === undefined ? -1 : place + headed.filter(({ from }) => from <= place).length;
    },
    between: (first, last) => {
      const found: number[] = [];
      for (let line = Math.max(0, first); line <= last; line += 1) {
        const ordinal = ordinalAt(line);
        if (ordinal !== undefined) found.push(ordinal);
      }
      return found;
    },
  };
}
