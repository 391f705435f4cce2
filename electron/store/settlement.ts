import { AppError } from '../../shared/errors.ts';
import { requiredText } from '../../shared/model/text-rules.ts';
import type { ClassStore } from './class-store.ts';
import type { Stamp } from './stamp.ts';
import { rawStatement, statement } from './statement.ts';
import { uuidv7 } from './uuid.ts';

/**
 * Closes the open round: every event in it that is not undone counts there from now on, and the running totals start again at zero.
 * Answers the settlement's id. Throws `blank-name`, `name-too-long`, `text-invalid`.
 */
export function closeRound(store: ClassStore, name: string, stamp: Stamp): string {
  const tidy = requiredText('name', name);
  const id = uuidv7();
  store.transaction(() => {
    const insert = 'INSERT INTO settlement (id, name, at, by, device_name) VALUES (?, ?, ?, ?, ?)';
    statement(store.db, insert).run(id, tidy, stamp.at, stamp.by, stamp.deviceName);
    statement(
      store.db,
      `INSERT INTO settlement_event (settlement_id, event_id)
       SELECT ?, id FROM score_event_state WHERE settlement_id IS NULL AND NOT void`,
    ).run(id);
  });
  return id;
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
