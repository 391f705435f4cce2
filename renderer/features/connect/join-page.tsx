import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';

/** Join a class with a code or a connection. */
export function JoinPage() {
  const { t } = useTranslation();
  return <Page title={t('common:switcher.join')}>{null}</Page>;
}
