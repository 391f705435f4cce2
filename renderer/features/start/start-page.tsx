import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { href, navigate, setQuery, useRoute } from '../../router.ts';
import { useApp } from '../app/app-store.ts';
import { LanguageChoice } from '../app/language-choice.tsx';
import { ArchivedClasses } from '../settings/archived-classes.tsx';
import { LostClasses } from './lost-classes.tsx';
import { NameDevice } from './name-device.tsx';
import { NewClass } from './new-class.tsx';
import { SampleDoor } from './sample-door.tsx';
import styles from './start.module.css';

/** The first start: name this PC, then one of the doors. Also the way to another class later. */
export function StartPage() {
  const { t } = useTranslation();
  const app = useApp((state) => state.app);
  const classId = useApp((state) => state.classId);
  const { query } = useRoute();
  const [renaming, setRenaming] = useState(false);
  const setLanguage = useApp((state) => state.setLanguage);
  const fail = useApp((state) => state.fail);
  const named = app !== null && app.device.name !== null && !renaming;
  const making = named && query.get('door') === 'new';
  return (
    <div className={styles['start']}>
      <div className={styles['top']}>
        <span className={styles['brand']}>{t('common:appName')}</span>
        <LanguageChoice onChange={(value) => void setLanguage(value).catch(fail)} />
      </div>
      {!named && <NameDevice name={app?.device.name ?? ''} onDone={() => setRenaming(false)} />}
      <LostClasses />
      {making && (
        <NewClass
          onBack={() => (classId === null ? setQuery({ door: null }) : navigate(href('class')))}
          onOther={classId === null ? null : () => setQuery({ door: null })}
        />
      )}
      {named && !making && (
        <Doors
          device={app.device.name ?? ''}
          onRename={() => setRenaming(true)}
          back={
            classId !== null && (
              <Button type="text" onClick={() => navigate(href('class'))}>
                {t('first-start:backToClass')}
              </Button>
            )
          }
        />
      )}
    </div>
  );
}

function Doors(props: { readonly device: string; readonly onRename: () => void; readonly back: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t('first-start:title')}</h1>
      <p className={styles['lead']}>
        {t('first-start:thisPc', { name: props.device })}{' '}
        <Button type="link" size="small" onClick={props.onRename}>
          {t('first-start:changeName')}
        </Button>
      </p>
      <ul className={styles['doors']}>
        <li className={styles['door']}>
          <div>
            <h2>{t('first-start:newClass.title')}</h2>
            <p className={styles['quiet']}>{t('first-start:newClass.text')}</p>
          </div>
          <Button type="primary" size="large" onClick={() => navigate(href('start', { door: 'new' }))}>
            {t('first-start:newClass.open')}
          </Button>
        </li>
        <li className={styles['door']}>
          <div>
            <h2>{t('first-start:join.title')}</h2>
            <p className={styles['quiet']}>{t('first-start:join.text')}</p>
          </div>
          <Button size="large" onClick={() => navigate(href('join'))}>
            {t('first-start:join.open')}
          </Button>
        </li>
        <SampleDoor />
      </ul>
      <ArchivedClasses />
      {props.back}
    </>
  );
}
