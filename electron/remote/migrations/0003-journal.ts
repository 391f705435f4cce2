import { syncedTables } from '../../../shared/catalog/catalog.ts';
import { erasureFunctions } from '../erasure-sql.ts';
import { journalFunctions, journalTriggers, observationFunctions } from '../journal-sql.ts';
import { inSchema } from '../row-sql.ts';
import type { ServerMigration } from './migration.ts';

/** The triggers that note which rows changed, whoever changes them. */
export const journal: ServerMigration = {
  version: 3,
  name: 'journal',
  statements: (catalog) => {
    const functions = journalFunctions(catalog);
    const names = functions
      .map((text) => /FUNCTION ("[^"]+"\.\w+)/.exec(text)?.[1] ?? '')
      .filter((name) => name !== '');
    return [
      ...functions,
      // A trigger function may be attached to a table by whoever may execute it: nobody but the owner.
      `REVOKE ALL ON FUNCTION ${names.join(', ')} FROM PUBLIC`,
      ...observationFunctions(catalog),
      ...syncedTables(catalog).flatMap((table) => journalTriggers(catalog, table)),
      ...erasureFunctions(catalog),
      `COMMENT ON TABLE ${inSchema(catalog, 'row_state')} IS 'Which transaction last changed a row; kept by triggers, never written by hand.'`,
    ];
  },
};
