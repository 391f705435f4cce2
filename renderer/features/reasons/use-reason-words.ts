import { useTranslation } from 'react-i18next';
import type { ReasonItem } from '../../../shared/contract/roster.ts';
import { shownCategory, shownReason } from '../../../shared/text/shown-reason.ts';

/** Reasons as the reader's language calls them: the built-in ones are translated as long as nobody renamed them. */
export interface ReasonWords {
  readonly text: (reason: ReasonItem) => string;
  /** The text of an event: of its reason if that is a built-in one. */
  readonly event: (event: { readonly reasonId: string | null; readonly text: string }) => string;
  readonly category: (reason: ReasonItem) => string | null;
}

/** The words of reasons in the language of the page. */
export function useReasonWords(): ReasonWords {
  const { i18n } = useTranslation();
  return {
    text: (reason) => shownReason(i18n, reason.id, reason.text),
    event: (event) => shownReason(i18n, event.reasonId, event.text),
    category: (reason) =>
      reason.category === null || reason.category === '' ? null : shownCategory(i18n, reason.builtIn, reason.category),
  };
}
