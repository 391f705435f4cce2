import { categoryOf } from './categories.ts';
import type { CheckLine } from './plan-checks.ts';

/**
 * Where a check is put right, or what shows what it is about: the values of the connection, the tables of the server, rows of the list, another look, the other
 * connections, or whoever looks after the server.
 */
export type CheckWay =
  | 'edit'
  | 'setUp'
  | 'refused'
  | 'rules'
  | 'lost'
  | 'erased'
  | 'compare'
  | 'connections'
  | 'again'
  | 'copy';

/** What can be done about each check that is not well, the best first; every one of them has something. */
export const checkWays: Readonly<Record<CheckLine['id'], readonly CheckWay[]>> = {
  connect: ['edit', 'again', 'copy'],
  tls: ['edit', 'copy'],
  version: ['again', 'copy'],
  database: ['edit', 'again', 'copy'],
  rights: ['edit', 'again', 'copy'],
  tables: ['setUp', 'again', 'copy'],
  constraints: ['refused', 'again', 'copy'],
  lock: ['again'],
  clock: ['again'],
  verify: ['again', 'copy'],
  rules: ['rules', 'again'],
  lost: ['lost', 'copy'],
  hidden: ['edit', 'again', 'copy'],
  drift: ['edit', 'again', 'copy'],
  erasure: ['erased', 'again'],
  unsent: ['compare'],
  others: ['connections'],
};

/** The rows a way shows, as the address says it; null where it shows none. */
export function rowsOf(
  way: CheckWay,
  params: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> | null {
  switch (way) {
    case 'refused':
      return { chosen: 'refused' };
    case 'lost':
      return { kind: 'add', direction: 'up' };
    case 'erased':
      return { table: categoryOf('erasure') };
    case 'rules':
      // What breaks the rule for one record is found by its name, whatever it is a part of.
      if (params['count'] === 1 && typeof params['rows'] === 'string') return { q: params['rows'] };
      return { table: categoryOf(typeof params['table'] === 'string' ? params['table'] : '') };
    default:
      return null;
  }
}
