import { Form, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useApp } from '../app/app-store.ts';
import { LanguageChoice } from '../app/language-choice.tsx';

const themes = ['system', 'light', 'dark'] as const;

/** Language and theme, changed at once. */
export function Appearance() {
  const { t } = useTranslation();
  const theme = useApp((state) => state.app?.theme ?? 'system');
  const { setLanguage, setTheme } = useApp();
  const action = useAction();
  return (
    <Form layout="vertical">
      {action.error !== null && <ErrorNotice error={action.error} />}
      <Form.Item label={t('common:language.label')}>
        <LanguageChoice onChange={(value) => void action.run(() => setLanguage(value))} />
      </Form.Item>
      <Form.Item label={t('settings:theme.label')}>
        <Segmented
          aria-label={t('settings:theme.label')}
          value={theme}
          options={themes.map((value) => ({ value, label: t(`settings:theme.${value}`) }))}
          onChange={(value) => void action.run(() => setTheme(value))}
        />
      </Form.Item>
    </Form>
  );
}
