import { syncedTables } from '../../../shared/catalog/catalog.ts';
import { observationFunctions } from '../device-functions.ts';
import { erasureFunctions } from '../erasure-sql.ts';
import { journalFunctions, journalTriggers } from '../journal-sql.ts';
import { inSchema } from '../row-sql.ts';
import type { ServerMigration } from './migration.ts';

/** The triggers that note which rows changed, whoever changes them. */
export const journal: ServerMigration = {
  version: 3,
  name: 'journal',
  statements: (catalog) => {
    const functions = [...journalFunctions(catalog), ...observationFunctions(catalog), ...erasureFunctions(catalog)];
    const names = functions
      .map((text) => /FUNCTION ("[^"]+"\.\w+)/.exec(text)?.[1] ?? '')
      .filter((name) => name !== '');
    return [
      ...functions,
      // Whoever may execute a trigger function may attach it to a table: nobody but the owner. Those that devices call are granted by role.
      `REVOKE ALL ON FUNCTION ${names.join(', ')} FROM PUBLIC`,
      ...syncedTables(catalog).flatMap((table) => journalTriggers(catalog, table)),
      `COMMENT ON TABLE ${inSchema(catalog, 'row_state')} IS 'Which transaction last changed a row; kept by triggers, never written by hand.'`,
    ];
  },
};
