import { LoadingOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './states.module.css';

/** Says that something is being read. Shows nothing for the first moment, so that a quick answer does not flicker. */
export function Busy(props: { readonly label?: string }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles['busy']} role="status" aria-busy="true">
      {late && (
        <>
          <LoadingOutlined aria-hidden /> <span>{props.label ?? t('common:loading')}</span>
        </>
      )}
    </div>
  );
}
