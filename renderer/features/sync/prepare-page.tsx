import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idOf } from '../../../shared/model/ids.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { Result } from '../../../shared/contract/contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { errorFromJson } from '../../../shared/errors.ts';
import { call } from '../../client.ts';
import { href, navigate } from '../../router.ts';
import { toAppError } from '../../to-app-error.ts';
import { Busy } from '../../ui/busy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useClassItem } from '../app/app-store.ts';
import { ClassStep } from './class-step.tsx';
import { SetUpStep } from './set-up-step.tsx';
import { openPreview } from './use-share.tsx';

type Found =
  | { readonly kind: 'looking' }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'set-up'; readonly upgrade: boolean }
  /** Nothing is left to settle: the list of changes can be made. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'classes'; readonly classes: Result<'class.remote'>['items'] };

/** After a connection was saved: what the database needs before the first list of changes can be made. */
export function PreparePage(props: { readonly connectionId: string }) {
  const { t } = useTranslation();
  const open = useClassItem();
  const { connectionId } = props;
  const [found, setFound] = useState<Found>({ kind: 'looking' });
  useEffect(() => {
    const abort = new AbortController();
    void findOut(open.id, connectionId, abort.signal).then((state) => {
      if (abort.signal.aborted) return;
      setFound(state);
      goOn(state, open.id, connectionId);
    });
    return () => abort.abort();
  }, [open.id, connectionId]);
  const lookAgain = (): void => {
    setFound({ kind: 'looking' });
    void findOut(open.id, connectionId).then((state) => {
      setFound(state);
      goOn(state, open.id, connectionId);
    });
  };
  return (
    <Page
      title={t('sync:prepare.title', { name: shownText(open.name) })}
      actions={<Button onClick={() => navigate(href('sync'))}>{t('sync:preview.back')}</Button>}
    >
      {(found.kind === 'looking' || found.kind === 'ready') && <Busy label={t('sync:prepare.looking')} />}
      {found.kind === 'failed' && (
        <ErrorNotice error={found.error} onRetry={lookAgain}>
          <Button onClick={() => navigate(href(`sync/server/${connectionId}`))}>{t('sync:card.edit')}</Button>
        </ErrorNotice>
      )}
      {found.kind === 'set-up' && (
        <SetUpStep classId={open.id} connectionId={connectionId} upgrade={found.upgrade} onDone={lookAgain} />
      )}
      {found.kind === 'classes' && <ClassStep classItem={open} connectionId={connectionId} classes={found.classes} />}
    </Page>
  );
}

/** Where nothing is left to choose the list of changes comes next; it writes nothing before it was seen. */
function goOn(found: Found, classId: string, connectionId: string): void {
  if (found.kind === 'ready') openPreview(classId, connectionId);
}

async function findOut(classId: string, connectionId: string, signal?: AbortSignal): Promise<Found> {
  return await lookAt(classId, connectionId, signal).catch((caught: unknown): Found => ({
    kind: 'failed',
    error: toAppError(caught),
  }));
}

/** What stands on the server: nothing yet, an older structure, or classes. */
async function lookAt(classId: string, named: string, signal: AbortSignal | undefined): Promise<Found> {
  const connectionId = idOf('connection', named);
  const tested = await call('connection.test', { classId, connectionId }, { signal });
  if (tested.server === 'empty' && tested.ok) return { kind: 'set-up', upgrade: false };
  if (tested.server === 'older') return { kind: 'set-up', upgrade: true };
  const failed = tested.steps.find((step) => step.state === 'failed');
  if (failed !== undefined)
    return { kind: 'failed', error: errorFromJson({ code: failed.code ?? '', params: failed.params }) };
  const { items: connections } = await call('connection.list', { classId });
  const bound = connections.some((item) => item.id === connectionId && item.remoteClassId !== null);
  if (bound) return { kind: 'ready' };
  const { items: classes } = await call('class.remote', { connectionId }, { signal });
  return classes.length === 0 ? { kind: 'ready' } : { kind: 'classes', classes };
}
