import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { AppError } from '../../shared/errors.ts';
import type { CliSession } from './session.ts';

/** A saved connection of any class of this device by name or id; without a name the only one. */
export async function findSaved(session: CliSession, name: string | undefined): Promise<ConnectionItem> {
  const classId = session.options.class === undefined ? undefined : await session.classId();
  const { items } = await session.call('connection.list', classId === undefined ? {} : { classId });
  const found = name === undefined ? items : items.filter((item) => item.id === name || item.name === name);
  const [one, ...others] = found;
  if (one !== undefined && others.length === 0) return one;
  if (name !== undefined && one === undefined) throw new AppError('not-found', { what: 'connection' });
  throw new AppError('connection-needed', { count: found.length });
}
