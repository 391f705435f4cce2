import type { Row, TreeRow, Trees } from '../../../shared/sync/plan.ts';
import { readStored } from '../read-stored.ts';

/** A version by name where it is the row before or after the write, else itself; never agreed on: 'none'. */
type Packed = 'before' | 'after' | 'none' | Row | null;

/** The text of the three versions before a run, beside what the run wrote: nearly always they are the rows written already. */
export function packTrees(trees: Trees, before: TreeRow, after: TreeRow): string {
  const pack = (version: TreeRow | undefined): Packed => {
    if (version === undefined) return 'none';
    if (sameCells(version, before)) return 'before';
    return sameCells(version, after) ? 'after' : version;
  };
  return JSON.stringify([pack(trees.base), pack(trees.local), pack(trees.server)]);
}

/** The three versions again. */
export function unpackTrees(text: string, before: TreeRow, after: TreeRow): Trees {
  const [base, local, server] = (readStored(text) as [Packed, Packed, Packed]).map((packed) => {
    if (packed === 'none') return undefined;
    if (packed === 'before') return before;
    return packed === 'after' ? after : packed;
  });
  return { base, local: local ?? null, server: server ?? null };
}

function sameCells(a: TreeRow, b: TreeRow): boolean {
  if (a === null || b === null || a === b) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
