import type { TFunction } from 'i18next';
import type { ErrorCode } from '../../../shared/errors.ts';
import { isJoinRole } from '../../../shared/model/join-code.ts';

const awayCodes: ReadonlySet<ErrorCode> = new Set(['refused', 'timeout', 'unreachable']);

/**
 * What to say instead of the catalogue's words when the PC that shares a class with a code does not answer: nobody there has a port or a firewall to look at
 * first, it is off. Undefined for every other error and connection.
 */
export function awayWords(
  t: TFunction,
  code: ErrorCode,
  user: string,
): { readonly title: string; readonly remedy: string } | undefined {
  if (!isJoinRole(user) || !awayCodes.has(code)) return undefined;
  return { title: t('sync:away.title'), remedy: t('sync:away.remedy') };
}
