import { z } from 'zod';
import { method } from './method.ts';
import { id, inClass, input, items, time } from './values.ts';

/** A closed round. `events` counts the entries that belong to it: those of an earlier round that is not reopened count there. */
export const settlementItem = z.object({
  id,
  name: z.string(),
  at: time,
  by: z.string().nullable(),
  device: z.string(),
  events: z.number(),
  reopened: z.boolean(),
});
export type SettlementItem = z.infer<typeof settlementItem>;

export const settlementMethods = {
  /** Closes the open round: its entries count there, the running totals start again at zero. Null when no entry was open: nothing is written then. */
  'settlement.close': method(inClass.extend({ name: input }), z.object({ settlement: settlementItem.nullable() })),
  /** Newest first. */
  'settlement.list': method(inClass, items(settlementItem)),
  /** Takes a closed round back: its entries count in the open one again. */
  'settlement.reopen': method(inClass.extend({ id }), settlementItem),
};
