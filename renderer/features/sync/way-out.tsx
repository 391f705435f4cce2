import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import { errorExitCodes, type ErrorCode } from '../../../shared/errors.ts';
import { isJoinRole } from '../../../shared/model/join-code.ts';
import { href, navigate } from '../../router.ts';
import { isPassing } from '../../ui/error-notice.tsx';
import { guestWords } from './guest-words.ts';

/** The way to where an error is really settled: choosing the class, setting the server up, the password, the connection's values. Null where there is none. */
export function WayOut(props: {
  readonly code: ErrorCode;
  readonly connectionId: string;
  /** Null while the connection is not known. */
  readonly connection: Pick<ConnectionItem, 'builtin' | 'user'> | null;
  /** What else is to happen on the way, such as closing a sheet. */
  readonly onGo?: () => void;
}) {
  const { t } = useTranslation();
  const { code, connectionId, connection } = props;
  const canEdit = connection?.builtin === false;
  // Nobody ever saw the password of such a connection: the code has it, with an address that may be newer.
  const byCode = canEdit && isJoinRole(connection.user);
  const guest = connection === null ? undefined : guestWords(t, code, connection.user);
  const passes = guest?.passes ?? isPassing(code);
  const button = (label: string, path: string, query?: Readonly<Record<string, string>>) => (
    <Button
      type={passes ? 'default' : 'primary'}
      onClick={() => {
        props.onGo?.();
        navigate(href(path, query));
      }}
    >
      {label}
    </Button>
  );
  switch (code) {
    case 'class-choice-needed':
      return button(t('sync:preview.chooseClass'), `sync/prepare/${connectionId}`);
    case 'schema-missing':
    case 'schema-older':
    case 'consent-needed':
      return button(t('sync:preview.setUp'), `sync/prepare/${connectionId}`);
    case 'password-missing':
    case 'password-wrong':
      if (byCode) return button(t('sync:code.again'), 'sync/code', { again: '1' });
      return canEdit ? button(t('sync:card.password'), `sync/server/${connectionId}`, { field: 'password' }) : null;
    default:
      // The server could not be reached or entered: its values may be what is wrong.
      if (!canEdit || (errorExitCodes[code] !== 5 && code !== 'right-missing')) return null;
      return byCode
        ? button(t('sync:code.again'), 'sync/code', { again: '1' })
        : button(t('sync:card.edit'), `sync/server/${connectionId}`);
  }
}
