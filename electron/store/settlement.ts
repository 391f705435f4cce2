import { AppError } from '../../shared/errors.ts';
import type { SettlementItem } from '../../shared/contract/settlement.ts';
import { requiredText } from '../../shared/model/text-rules.ts';
import type { ClassStore } from './class-store.ts';
import type { Stamp } from './stamp.ts';
import { rawStatement, statement } from './statement.ts';
import { uuidv7 } from './uuid.ts';

/** An entry counts in the round the totals count it in; an undone one in none. */
const listed = `
SELECT s.id, s.name, s.at, s.by, s.device_name AS device, coalesce(e.events, 0) AS events,
  s.id IN (SELECT settlement_id FROM settlement_void) AS reopened
FROM settlement s
LEFT JOIN (SELECT settlement_id, count(*) AS events FROM score_event_state WHERE NOT void GROUP BY settlement_id) e
  ON e.settlement_id = s.id`;

/** The closed rounds, newest first, reopened ones included. */
export function listSettlements(store: ClassStore): readonly SettlementItem[] {
  return (statement(store.db, `${listed} ORDER BY rtrim(s.at, 'Z') DESC, s.id DESC`).all() as RawItem[]).map(toItem);
}

/** One closed round. Throws `not-found`. */
export function settlementOf(store: ClassStore, id: string): SettlementItem {
  const found = statement(store.db, `${listed} WHERE s.id = ?`).get(id) as RawItem | undefined;
  if (found === undefined) throw new AppError('not-found', { what: 'settlement' });
  return toItem(found);
}

type RawItem = Omit<SettlementItem, 'reopened'> & { readonly reopened: number };

function toItem(raw: RawItem): SettlementItem {
  return { ...raw, reopened: raw.reopened === 1 };
}

/**
 * Closes the open round: every event in it that is not undone counts there from now on, and the running totals start again at zero.
 * Answers the settlement's id, or null when no event was open; nothing is written then. Throws `blank-name`, `name-too-long`, `text-invalid`.
 */
export function closeRound(store: ClassStore, name: string, stamp: Stamp): string | null {
  const tidy = requiredText('name', name);
  const id = uuidv7();
  return store.transaction(() => {
    const open = 'SELECT EXISTS (SELECT 1 FROM score_event_state WHERE settlement_id IS NULL AND NOT void)';
    const [any] = rawStatement(store.db, open).get() as [number];
    if (any === 0) return null;
    const insert = 'INSERT INTO settlement (id, name, at, by, device_name) VALUES (?, ?, ?, ?, ?)';
    statement(store.db, insert).run(id, tidy, stamp.at, stamp.by, stamp.deviceName);
    statement(
      store.db,
      `INSERT INTO settlement_event (settlement_id, event_id)
       SELECT ?, id FROM score_event_state WHERE settlement_id IS NULL AND NOT void`,
    ).run(id);
    return id;
  });
}

/** Reopens a round: its events count in the open one again, or in a later round that holds them too. No effect when it is open. Throws `not-found`. */
export function reopenRound(store: ClassStore, settlementId: string, stamp: Stamp): void {
  store.transaction(() => {
    const found = rawStatement(
      store.db,
      'SELECT EXISTS (SELECT 1 FROM settlement_void v WHERE v.settlement_id = s.id) FROM settlement s WHERE s.id = ?',
    ).get(settlementId) as [number] | undefined;
    if (found === undefined) throw new AppError('not-found', { what: 'settlement' });
    if (found[0] === 1) return;
    const insert = 'INSERT INTO settlement_void (id, settlement_id, at, by) VALUES (?, ?, ?, ?)';
    statement(store.db, insert).run(uuidv7(), settlementId, stamp.at, stamp.by);
  });
}
