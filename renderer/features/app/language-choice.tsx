import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { languageFor, languages, type Language } from '../../../shared/text/language.ts';
import { useApp } from './app-store.ts';

/** The languages side by side, each in its own words; the system's is marked until one was chosen. */
export function LanguageChoice(props: { readonly onChange: (language: Language) => void }) {
  const { t } = useTranslation();
  const language = useApp((state) => state.app?.language ?? null) ?? languageFor(navigator.languages);
  return (
    <Segmented
      aria-label={t('common:language.label')}
      value={language}
      options={languages.map((value) => ({
        value,
        label: <span lang={value}>{t(`common:language.${value}`)}</span>,
      }))}
      onChange={props.onChange}
    />
  );
}
