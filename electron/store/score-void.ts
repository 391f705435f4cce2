import { AppError } from '../../shared/errors.ts';
import type { ClassStore } from './class-store.ts';
import type { Stamp } from './stamp.ts';
import { rawStatement, statement } from './statement.ts';
import { uuidv7 } from './uuid.ts';

/**
 * Undoes events, all or none: each gets a record that it does not count. Undoing is final.
 * Throws `not-found`, and `event-already-void` for an event that is undone already, so that nobody believes to have undone it twice.
 */
export function voidEvents(store: ClassStore, eventIds: readonly string[], stamp: Stamp): void {
  store.transaction(() => {
    const insert = statement(
      store.db,
      'INSERT INTO score_void (id, event_id, at, by, device_name) VALUES (?, ?, ?, ?, ?)',
    );
    const find = rawStatement(
      store.db,
      'SELECT e.text, EXISTS (SELECT 1 FROM score_void v WHERE v.event_id = e.id) FROM score_event e WHERE e.id = ?',
    );
    for (const eventId of new Set(eventIds)) {
      const found = find.get(eventId) as [string, number] | undefined;
      if (found === undefined) throw new AppError('not-found', { what: 'event' });
      if (found[1] === 1) throw new AppError('event-already-void', { text: found[0] });
      insert.run(uuidv7(), eventId, stamp.at, stamp.by, stamp.deviceName);
    }
  });
}
