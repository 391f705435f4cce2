import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';

/** The Sync page. */
export function SyncPage() {
  const { t } = useTranslation();
  return <Page title={t('common:nav.sync')}>{null}</Page>;
}
