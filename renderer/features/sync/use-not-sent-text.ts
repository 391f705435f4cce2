import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import { statusStore } from '../app/status-store.ts';
import { useNotSent } from './use-not-sent.ts';

/** Why nobody is in a class that was joined with a code: the PC that shares it sends the names, and what is to be done there. Null where it is another class. */
export function useNotSentText(classId: string): { readonly title: string; readonly text: string } | null {
  const { t } = useTranslation();
  const connection = statusStore.use((state) => state.data?.connection ?? null);
  useEffect(() => statusStore.show(classId), [classId]);
  const notSent = useNotSent(classId, connection);
  if (!notSent || connection === null) return null;
  return { title: t('sync:notSent.title'), text: t('sync:notSent.text', { name: shownText(connection.name) }) };
}
