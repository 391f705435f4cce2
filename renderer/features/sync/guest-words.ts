import type { TFunction } from 'i18next';
import type { ErrorCode } from '../../../shared/errors.ts';
import { isJoinRole } from '../../../shared/model/join-code.ts';

const awayCodes: ReadonlySet<ErrorCode> = new Set(['refused', 'timeout', 'unreachable']);

/** What is said of an error in place of the catalogue's words. */
export interface GuestWords {
  readonly title: string;
  readonly remedy: string;
  /** Whether it passes by itself, so that trying again is the way on. */
  readonly passes: boolean;
}

/**
 * What to say instead of the catalogue's words on a connection that a code made: where the PC that shares the class does not answer, nobody there has a port or a
 * firewall to look at first, it is off; and nobody ever saw the password of such a connection, the code has it. Undefined for every other error and connection.
 */
export function guestWords(t: TFunction, code: ErrorCode, user: string): GuestWords | undefined {
  if (!isJoinRole(user)) return undefined;
  if (awayCodes.has(code)) return { title: t('sync:away.title'), remedy: t('sync:away.remedy'), passes: true };
  if (code === 'password-missing' || code === 'password-wrong') {
    return { title: t(`sync:codeNeeded.${code}`), remedy: t('sync:codeNeeded.remedy'), passes: false };
  }
  return undefined;
}
