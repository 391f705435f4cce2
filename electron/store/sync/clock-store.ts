import type { ClockContact, ClockReading } from '../../../shared/sync/clock.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';

/** Contacts kept of one server: enough to find one near an edit that waits to be sent. */
const KEPT_CONTACTS = 64;

/** Notes a reading of the server's clock. Those of another start of the computer say nothing any more. Inside a transaction of the caller. */
export function addContact(store: ClassStore, peerId: string, contact: ClockContact): void {
  const { bootId, monotonicMs, wallMs, serverMs, uncertaintyMs } = contact;
  statement(store.db, 'DELETE FROM clock_contact WHERE peer_id = ? AND boot <> ?').run(peerId, bootId);
  store.db
    .prepare(
      'INSERT OR REPLACE INTO clock_contact (peer_id, boot, mono_ms, wall_ms, server_ms, uncertainty_ms) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(peerId, bootId, monotonicMs, wallMs, serverMs, uncertaintyMs);
  statement(
    store.db,
    `DELETE FROM clock_contact WHERE peer_id = ? AND mono_ms NOT IN (SELECT mono_ms FROM clock_contact WHERE peer_id = ? ORDER BY mono_ms DESC LIMIT ${KEPT_CONTACTS})`,
  ).run(peerId, peerId);
}

/** Readings of a server's clock, oldest first. */
export function contactsOf(store: ClassStore, peerId: string): readonly ClockContact[] {
  const sql = `SELECT boot AS bootId, mono_ms AS monotonicMs, wall_ms AS wallMs, server_ms AS serverMs, uncertainty_ms AS uncertaintyMs
    FROM clock_contact WHERE peer_id = ? ORDER BY mono_ms`;
  return statement(store.db, sql).all(peerId) as ClockContact[];
}

/** The columns of a mark that say when its edit was made, as clocks. */
export interface RawStamp {
  readonly last_at: string | null;
  readonly mono_ms: number | null;
  readonly boot: string | null;
}

/** When an edit was made; null where the mark does not say by which clock. */
export function stampFrom({ last_at: at, mono_ms: monotonicMs, boot: bootId }: RawStamp): ClockReading | null {
  return at === null || monotonicMs === null || bootId === null
    ? null
    : { wallMs: Date.parse(at), monotonicMs, bootId };
}
