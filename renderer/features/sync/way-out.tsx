import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorExitCodes, type ErrorCode } from '../../../shared/errors.ts';
import { href, navigate } from '../../router.ts';

/** The way to where an error is really settled: choosing the class, setting the server up, the password, the connection's values. Null where there is none. */
export function WayOut(props: {
  readonly code: ErrorCode;
  readonly connectionId: string;
  /** Whether the connection has values a person can change. */
  readonly canEdit: boolean;
  /** What else is to happen on the way, such as closing a sheet. */
  readonly onGo?: () => void;
}) {
  const { t } = useTranslation();
  const { code, connectionId, canEdit } = props;
  const button = (label: string, path: string, query?: Readonly<Record<string, string>>) => (
    <Button
      type="primary"
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
      return canEdit ? button(t('sync:card.password'), `sync/server/${connectionId}`, { field: 'password' }) : null;
    default:
      // The server could not be reached or entered: its values may be what is wrong.
      return canEdit && (errorExitCodes[code] === 5 || code === 'right-missing')
        ? button(t('sync:card.edit'), `sync/server/${connectionId}`)
        : null;
  }
}
