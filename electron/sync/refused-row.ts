import type { LeftRow } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../store/class-store.ts';
import { stagedRow, type Staging } from '../store/sync/outbox-store.ts';
import { noteRefused } from '../store/sync/refused-rows.ts';
import type { ServerEnd } from './apply-on-server.ts';
import { leftRow } from './finish-run.ts';
import { contentHash } from './try-plan.ts';

/** The row a server refused, which is remembered, so that the next list says so and the rest can go. */
export function refusedRow(
  store: ClassStore,
  staging: Staging,
  { row, error }: Extract<ServerEnd, { readonly kind: 'refused' }>,
  print: string,
): readonly LeftRow[] {
  const effect = row === null ? null : stagedRow(store, staging, row);
  if (effect === null) return [];
  const { table, pk } = effect;
  const { constraint, column } = error.params;
  noteRefused(store, staging.peerId, {
    table,
    pk,
    content: contentHash(store.catalog, effect),
    rule: String(constraint ?? column ?? ''),
    canBeTried: error.code === 'constraint-failed' || error.code === 'value-refused',
    print,
  });
  return [leftRow(effect, 'refused')];
}
