import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem } from '../../../shared/contract/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { href, navigate } from '../../router.ts';
import { useAction } from '../../use-action.ts';
import { previewOf } from './preview/preview-store.ts';
import { ShareCode } from './share-code.tsx';

/** "Share from this PC": starts the server inside the app, shows the code, then leads to the first list of changes. */
export function useShare(classId: string): {
  readonly busy: boolean;
  readonly error: AppError | null;
  readonly share: () => void;
  readonly dialog: ReactNode;
} {
  const { t } = useTranslation();
  const action = useAction();
  const [shared, setShared] = useState<{ readonly connection: ConnectionItem; readonly code: string } | null>(null);
  const share = (): void => void action.run(async () => setShared(await call('server.share', { classId })));
  const next = (): void => {
    if (shared === null) return;
    setShared(null);
    openPreview(classId, shared.connection.id);
  };
  return {
    busy: action.busy,
    error: action.error,
    share,
    dialog: (
      <ShareCode
        code={shared?.code ?? null}
        title={t('sync:code.title')}
        unsent={shared?.connection.lastRunAt === null}
        onClose={() => setShared(null)}
        next={
          <Button type="primary" size="large" onClick={next}>
            {t('sync:code.next')}
          </Button>
        }
      />
    ),
  };
}

/** Goes to the list of changes of a connection, made afresh; decisions of the list before go on, and a list that takes a run back and was worked on stays what it is. */
export function openPreview(classId: string, connectionId: string): void {
  void previewOf(classId, connectionId).renew();
  navigate(href(`sync/preview/${connectionId}`));
}
