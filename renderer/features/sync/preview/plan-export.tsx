import { useTranslation } from 'react-i18next';
import { planRowShape, planShape } from '../../../../shared/contract/plan-document.ts';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { useRoute } from '../../../router.ts';
import { useClassItem } from '../../app/app-store.ts';
import { saveClass } from '../../settings/save-backup.tsx';
import { filterFrom, isFiltered } from './change-filter.ts';
import { useEndNames } from '../use-connection-name.ts';
import type { Words } from './field-words.ts';
import { ListExport } from './list-export.tsx';
import { planHeads, planLine, readPlanRows } from './plan-lines.ts';

/** Prints or saves the list of changes as it is filtered, or saves the class before anything is carried out. */
export function PlanExport(props: { readonly plan: PlanSummary }) {
  const { t } = useTranslation();
  const words: Words = { t, format: useFormat() };
  const { plan } = props;
  const filter = filterFrom(useRoute().query);
  const { name } = useClassItem();
  const { local, server } = useEndNames()(plan);
  return (
    <ListExport
      name={`tallybook-${plan.madeAt.slice(0, 16).replaceAll(':', '-')}`}
      title={plan.purpose === 'sync' ? t('sync:preview.title') : t(`sync:${plan.purpose}.title`)}
      about={`${local} ⇄ ${server} · ${words.format.full(plan.madeAt)}`}
      hint={t(isFiltered(filter) ? 'sync:export.filtered' : 'sync:export.all')}
      onBackup={() => saveClass(plan.classId, name)}
      read={async () => {
        const rows = await readPlanRows(plan, filter);
        return {
          heads: planHeads(words, plan.purpose),
          lines: rows.map((row) => planLine(row, words, plan.purpose)),
          document: { ...planShape(plan), rows: rows.map(planRowShape) },
        };
      }}
    />
  );
}
