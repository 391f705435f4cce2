import type { Resolution } from '../../../shared/sync/logged-fields.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';
import { readStored } from '../read-stored.ts';

/** The secret of this class on a server, as last observed; null before that. */
export function classSecretOf(store: ClassStore, peerId: string): string | null {
  const raw = statement(store.db, 'SELECT secret FROM class_secret WHERE peer_id = ?').get(peerId) as
    | { readonly secret: string }
    | undefined;
  return raw?.secret ?? null;
}

/** Keeps the secret of this class on a server. */
export function keepClassSecret(store: ClassStore, peerId: string, secret: string): void {
  if (classSecretOf(store, peerId) === secret) return;
  statement(
    store.db,
    'INSERT INTO class_secret (peer_id, secret) VALUES (?, ?) ON CONFLICT (peer_id) DO UPDATE SET secret = excluded.secret',
  ).run(peerId, secret);
}

/** Adds lines to the log here. `sent` says that the server has them; a line that is there only learns that. */
export function addResolutions(
  store: ClassStore,
  peerId: string,
  lines: readonly Resolution[],
  { sent }: { readonly sent: boolean },
): void {
  const insert = statement(
    store.db,
    `INSERT INTO resolution (peer_id, tbl, pk, id, base_hash, loser_hash, winner_hash, choice, fields, who, run_id, at, sent)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET sent = max(sent, excluded.sent)`,
  );
  for (const line of lines)
    insert.run(
      peerId,
      line.table,
      line.pk,
      line.id,
      line.baseHash,
      line.loserHash,
      line.winnerHash,
      line.choice,
      line.fields === null ? null : JSON.stringify(line.fields),
      line.who,
      line.runId,
      line.at,
      sent ? 1n : 0n,
    );
}

/** Lines the server does not have yet: decisions carried out by a pull. */
export function unsentResolutions(store: ClassStore, peerId: string): readonly Resolution[] {
  const found = statement(
    store.db,
    `SELECT tbl AS "table", pk, id, base_hash AS baseHash, loser_hash AS loserHash, winner_hash AS winnerHash, choice, fields, who, run_id AS runId, at
       FROM resolution WHERE peer_id = ? AND sent = 0`,
  ).all(peerId) as (Omit<Resolution, 'fields'> & { fields: string | null })[];
  return found.map((raw) => ({
    ...raw,
    fields: raw.fields === null ? null : (readStored(raw.fields) as Resolution['fields']),
  }));
}

/** What a decision is known by: where, over which base, which content lost to which. */
export type DecidedContent = Pick<Resolution, 'table' | 'pk' | 'baseHash' | 'loserHash' | 'winnerHash'>;

/**
 * Who decided that first, and when by the server's clock, in another run than this one; null where the log names nobody, or only somebody whose answer came
 * after this run began by the clock here.
 */
export function firstDecider(
  store: ClassStore,
  { peerId, id, startedAt }: { readonly peerId: string; readonly id: string; readonly startedAt: string },
  { table, pk, baseHash, loserHash, winnerHash }: DecidedContent,
): Pick<Resolution, 'who' | 'at'> | null {
  const sql = `SELECT who, at FROM resolution WHERE peer_id = ? AND tbl = ? AND pk = ? AND base_hash = ? AND loser_hash = ? AND winner_hash = ?
    AND run_id <> ? AND at <= ? ORDER BY at, id LIMIT 1`;
  const found = statement(store.db, sql).get(peerId, table, pk, baseHash, loserHash, winnerHash, id, startedAt);
  return (found as Pick<Resolution, 'who' | 'at'> | undefined) ?? null;
}

/** Whether somebody decided before that at this key, over this base, this content loses to that. */
export function wasDecided(
  store: ClassStore,
  peerId: string,
  { table, pk, baseHash, loserHash, winnerHash }: DecidedContent,
): boolean {
  // Who took a run back did not want its decisions made again by themselves.
  const sql = `SELECT 1 FROM resolution WHERE peer_id = ? AND tbl = ? AND pk = ? AND base_hash = ? AND loser_hash = ? AND winner_hash = ?
    AND run_id NOT IN (SELECT undoes FROM run WHERE undoes IS NOT NULL AND outcome IN ('completed', 'undecided')) LIMIT 1`;
  return statement(store.db, sql).get(peerId, table, pk, baseHash, loserHash, winnerHash) !== undefined;
}

/** Places of the rows of a plan that both sides changed and about which the log says anything at all. */
export function spokenOf(store: ClassStore, peerId: string, planId: string): readonly number[] {
  // The sign as in `planConflicts`.
  const sql = `SELECT ordinal FROM plan_row AS r WHERE plan_id = ? AND kind = 'conflict' AND conflict IN ('both-updated', 'same-identity')
    AND EXISTS (SELECT 1 FROM resolution AS x WHERE x.peer_id = ? AND x.tbl = r.tbl AND x.pk = r.pk) ORDER BY +ordinal`;
  return (statement(store.db, sql).all(planId, peerId) as { ordinal: number | bigint }[]).map((raw) =>
    Number(raw.ordinal),
  );
}

/** Forgets lines the server has that were written before a time: nobody is asked twice about them any more. */
export function forgetResolutions(store: ClassStore, peerId: string, before: string): void {
  statement(store.db, 'DELETE FROM resolution WHERE peer_id = ? AND sent = 1 AND at < ?').run(peerId, before);
}
