import { useTranslation } from 'react-i18next';
import { shownText } from '../../../shared/model/visible-text.ts';
import { href, navigate, useRoute } from '../../router.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useClassItem } from '../app/app-store.ts';
import { CodeForm } from '../connect/code-form.tsx';
import { Doors } from './doors.tsx';
import { useShare } from './use-share.tsx';
import connectStyles from '../connect/connect.module.css';

/** Connect with a code: the class of another PC comes here as a class of its own. With `again` the open one is to be connected again. */
export function CodePage() {
  const { t } = useTranslation();
  const open = useClassItem();
  const share = useShare(open.id);
  const again = useRoute().query.has('again');
  const back = (): void => navigate(href('sync'));
  if (again) {
    return (
      <Page title={t('sync:title')} detail={shownText(open.name)}>
        <section className={connectStyles['form']} aria-label={t('sync:code.again')}>
          <h2>{t('sync:code.again')}</h2>
          <CodeForm
            hint={t('sync:code.hintAgain', { name: shownText(open.name) })}
            action={t('sync:code.reconnect')}
            onCancel={back}
          />
        </section>
      </Page>
    );
  }
  return (
    <Page title={t('sync:share', { name: shownText(open.name) })}>
      <Doors open="code" sharing={share.busy} onShare={share.share} />
      {share.error !== null && <ErrorNotice error={share.error} onRetry={share.share} />}
      <section className={connectStyles['form']} aria-label={t('sync:doors.code.title')}>
        <h2>{t('sync:doors.code.title')}</h2>
        <CodeForm hint={t('sync:code.hint', { name: shownText(open.name) })} onCancel={back} />
      </section>
      {share.dialog}
    </Page>
  );
}
