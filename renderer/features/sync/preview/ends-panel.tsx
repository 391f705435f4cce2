import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { errorFromJson } from '../../../../shared/errors.ts';
import { shownParams } from '../../../../shared/text/shown-params.ts';
import { useFormat } from '../../../format.ts';
import { Icon } from '../../../ui/icon.tsx';
import { useMedia } from '../../../use-media.ts';
import { useEndNames } from '../use-connection-name.ts';
import { checkSign } from './check-sign.ts';
import { CheckRemedy } from './check-remedy.tsx';
import { FailedCheckList, LiveCheckList } from './live-check-list.tsx';
import { failedChecks } from './live-checks.ts';
import type { PreviewStore } from './preview-store.ts';
import { checkLines, checkText, type CheckLine } from './plan-checks.ts';
import styles from './summary.module.css';

/** Both ends in words, and what was checked before the list was made; the checks fold away where everything is well, and those that are where there is little room. */
export function EndsPanel(props: { readonly store: PreviewStore; readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const { plan } = props;
  const comparing = props.store.use((state) => state.work?.kind === 'compare');
  // Beside what went wrong, that all was well when the list was made would be read as of now.
  const error = props.store.use((state) => state.error?.code ?? null);
  const failed = error !== null;
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<CheckLine['id'] | null>(null);
  const lines = checkLines(plan.checks);
  const { local, server } = useEndNames()(plan);
  const allWell = lines.every((line) => line.state === 'ok');
  // A line that says nothing would break never stands beside one that says what would.
  const rulesHold = lines.every((line) => line.id !== 'rules' || line.state === 'ok');
  // Below what a run came to a low window needs the room for the answers.
  const low = useMedia('(min-width: 900px) and (max-height: 800px)');
  const below = props.store.use((state) => state.result !== null);
  const passed = lines.filter((line) => line.state === 'ok').length;
  const brief = low && below && plan.undecided > 0 && passed > 1;
  const drawn = (line: CheckLine) => (
    <Check
      key={line.id}
      line={line}
      clockTrusted={plan.clock.trusted}
      rulesHold={rulesHold}
      open={asked === line.id}
      onToggle={() => setAsked((old) => (old === line.id ? null : line.id))}
    />
  );
  const told = lines.find((line) => line.id === asked && line.worst.code !== null);
  return (
    <section className={styles['ends']} aria-label={t('sync:ends.label', { local, server })}>
      <div className={styles['end']}>
        <span className={styles['quiet']}>{t('sync:ends.here')}</span>
        <strong>{local}</strong>
      </div>
      <Icon name="swap" className={styles['swap']} />
      <div className={styles['end']}>
        <span className={styles['quiet']}>{t('sync:ends.server')}</span>
        <strong>{server}</strong>
      </div>
      {comparing ? (
        <LiveCheckList store={props.store} />
      ) : error !== null && failedChecks(error) !== null ? (
        <FailedCheckList code={error} />
      ) : allWell && failed ? null : allWell && !open && !brief ? (
        <Button
          type="text"
          {...checkSign('ok', styles['checksFold'])}
          aria-expanded={false}
          onClick={() => setOpen(true)}
        >
          {t('sync:check.allWell')}
        </Button>
      ) : (
        <ul className={styles['checks']} aria-label={t('sync:check.label')}>
          {(brief ? lines.filter(({ state }) => state !== 'ok') : lines).map(drawn)}
          {brief && <Passed count={passed} open={open} onToggle={() => setOpen((old) => !old)} />}
          {brief && open && lines.filter(({ state }) => state === 'ok').map(drawn)}
        </ul>
      )}
      {told !== undefined && !comparing && (
        <CheckRemedy store={props.store} plan={plan} line={told} onClose={() => setAsked(null)} />
      )}
    </section>
  );
}

/** How many checks are well, in the place of their lines, which it opens and folds again. */
function Passed(props: { readonly count: number; readonly open: boolean; readonly onToggle: () => void }) {
  const { t } = useTranslation();
  return (
    <li {...checkSign('ok')}>
      <button type="button" className={styles['checkButton']} aria-expanded={props.open} onClick={props.onToggle}>
        {t('sync:check.passed', { count: props.count })}
      </button>
    </li>
  );
}

/** One line of the checks; one that is not well opens what can be done about it. */
function Check(props: {
  readonly line: CheckLine;
  /** Whether neither clock was set, and this PC did not sleep, since the last sync. */
  readonly clockTrusted: boolean;
  readonly rulesHold: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { line } = props;
  const { code } = line.worst;
  // The rule of this app's own data has a name in words; those of other catalogs are called what they are.
  const inWords = line.worst.params['rule'] === 'negative-balance';
  const params = inWords ? { ...line.worst.params, rule: t('sync:check.rule.negative-balance') } : line.worst.params;
  const error = code === null ? null : errorFromJson({ code, params });
  // Names of other people's connections, accounts and rules are among them.
  const said = shownParams(error?.params ?? {});
  const remedy = error === null ? undefined : t(`errors:${error.code}.remedy`, said);
  const passed = line.state === 'ok' ? passedWord(line, props) : null;
  const words = (
    <>
      <span className="visually-hidden">{format.labelled(t(`sync:check.state.${line.state}`), '')}</span>
      {passed !== null
        ? t(`sync:check.ok.${passed}`, {
            count: Number(line.worst.params['rowsOfEach'] ?? line.worst.params['tried'] ?? 0),
            of: Number(line.worst.params['of'] ?? 0),
          })
        : checkText(line, error === null ? '' : t(`errors:${error.code}.title`, said), { t, format })}
    </>
  );
  return (
    <li {...checkSign(line.state)}>
      {remedy === undefined ? (
        words
      ) : (
        <button
          type="button"
          className={styles['checkButton']}
          aria-expanded={props.open}
          title={remedy}
          onClick={props.onToggle}
        >
          {words}
        </button>
      )}
    </li>
  );
}

/** The word for a check that is well; it says no more than is true beside what else was found. */
function passedWord(
  { id, worst }: CheckLine,
  { rulesHold, clockTrusted }: { readonly rulesHold: boolean; readonly clockTrusted: boolean },
) {
  if (id === 'verify' && worst.params['rowsOfEach'] !== undefined) return 'verifyPart';
  if (id === 'constraints' && worst.params['tried'] !== undefined)
    return worst.params['tried'] === worst.params['of'] ? 'constraintsTried' : 'constraintsPart';
  if (id === 'constraints' && !rulesHold) return 'constraintsOnly';
  return id === 'clock' && !clockTrusted ? 'clockMoved' : id;
}
