import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../../ui/confirm.tsx';

/**
 * Closing a panel something was typed in: a click beside it, Escape and its cross ask first, so that nothing typed is lost by a slip. `isChanged` says whether anything
 * would be.
 */
export function useUnsaved(
  isChanged: () => boolean,
  onClose: () => void,
): { readonly close: () => void; readonly question: ReactNode } {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  return {
    close: () => {
      if (isChanged()) setAsks(true);
      else onClose();
    },
    question: (
      <Confirm
        open={asks}
        danger
        title={t('students:unsaved.title')}
        action={t('students:unsaved.action')}
        onConfirm={() => {
          onClose();
          return Promise.resolve();
        }}
        onClose={() => setAsks(false)}
      >
        {t('students:unsaved.text')}
      </Confirm>
    ),
  };
}
