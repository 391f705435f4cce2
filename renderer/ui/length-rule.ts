import type { FormRule } from 'antd';
import { useTranslation } from 'react-i18next';
import { textLimits, type TextField } from '../../shared/model/text-limits.ts';

/**
 * A rule for a field of a form, by what it holds: no more characters than the databases take. What is longer stays as it was typed or pasted, and the field says so;
 * an input with a `maxLength` would cut a paste off without a word.
 */
export function useLengthRule(): (field: TextField) => FormRule {
  const { t } = useTranslation();
  return (field) => ({
    validator: async (_rule, value: unknown) => {
      const max = textLimits[field];
      const length = typeof value === 'string' ? Array.from(value.trim()).length : 0;
      if (length > max) throw new Error(t('common:tooLong', { max, length }));
    },
  });
}
