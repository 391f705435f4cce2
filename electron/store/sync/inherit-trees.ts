import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import type { Peer } from './peer-store.ts';

/** Rows copied in one step. */
const COPIED_AT_ONCE = 2_000;

/** Everything that may be known of a row of a server, and does not say which server it was. */
const inherited = {
  base: 'tbl, pk, row, at',
  remote: 'tbl, pk, row, ver, edited_from, edited_at, by, put_back, restored, gone',
} as const;

/**
 * What was agreed on with one server, tombstones included, and what was seen there and not taken counts for another that goes on from it; with the marks
 * left there. Made again from the beginning when it is cut short; what the new peer knows by itself stays. Yields after every step.
 */
export function* inheritTrees(store: ClassStore, from: Peer, to: Peer): Generator<void, void> {
  // What was seen first: where Base came alone, the older version here would go to a server that lost what it had last.
  for (const tree of ['remote', 'base'] as const) yield* inheritTree(store, tree, from, to);
  inheritMarks(store, from, to);
}

function* inheritTree(store: ClassStore, tree: keyof typeof inherited, from: Peer, to: Peer): Generator<void, void> {
  const columns = inherited[tree];
  const page = statement(
    store.db,
    `SELECT tbl, pk FROM ${tree} WHERE peer_id = ? AND (tbl, pk) > (?, ?) ORDER BY tbl, pk LIMIT 1 OFFSET ?`,
  );
  const copy = statement(
    store.db,
    `INSERT INTO ${tree} (peer_id, ${columns}) SELECT ?, ${columns} FROM ${tree} WHERE peer_id = ? AND (tbl, pk) > (?, ?) AND (? IS NULL OR (tbl, pk) <= (?, ?))
     ON CONFLICT (peer_id, tbl, pk) DO NOTHING`,
  );
  let after: { readonly tbl: string; readonly pk: string } = { tbl: '', pk: '' };
  for (;;) {
    const last = page.get(from.id, after.tbl, after.pk, BigInt(COPIED_AT_ONCE)) as typeof after | undefined;
    const [tbl, pk] = [last?.tbl ?? null, last?.pk ?? null];
    store.stepTransaction(() => copy.run(to.id, from.id, after.tbl, after.pk, tbl, tbl, pk));
    yield;
    if (last === undefined) return;
    after = last;
  }
}

function inheritMarks(store: ClassStore, from: Peer, to: Peer): void {
  store.transaction(() => {
    const doubted =
      'INSERT INTO doubted SELECT ?, tbl, pk, until FROM doubted WHERE peer_id = ? ON CONFLICT DO NOTHING';
    statement(store.db, doubted).run(to.id, from.id);
    // What asks because the file was copied asks on the server it moved to as well. All other marks are made anew.
    const columns = 'tbl, pk, first_seq, seq, first_at, last_at, mono_ms, boot, copied';
    statement(
      store.db,
      `INSERT INTO dirty (peer_id, ${columns}) SELECT ?, ${columns} FROM dirty WHERE peer_id = ? AND copied = 1 ON CONFLICT (peer_id, tbl, pk) DO NOTHING`,
    ).run(to.id, from.id);
    statement(
      store.db,
      `UPDATE peer SET (epoch, device, owner, visit_no, visit_token, pending_no, pending_token, witnesses, observed_at, offset_ms, uncertainty_ms) =
        (SELECT epoch, device, owner, visit_no, visit_token, pending_no, pending_token, witnesses, observed_at, offset_ms, uncertainty_ms FROM peer WHERE id = ?) WHERE id = ?`,
    ).run(from.id, to.id);
  });
}
