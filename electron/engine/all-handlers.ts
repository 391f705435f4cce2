import type { MethodName } from '../../shared/contract/contract.ts';
import type { Handlers } from './context.ts';
import { appHandlers } from './handlers/app.ts';
import { backupHandlers } from './handlers/backup.ts';
import { binHandlers } from './handlers/bin.ts';
import { classHandlers } from './handlers/class.ts';
import { connectionHandlers } from './handlers/connection.ts';
import { continuousHandlers } from './handlers/continuous.ts';
import { joinHandlers } from './handlers/join.ts';
import { pinHandlers } from './handlers/pin.ts';
import { rosterHandlers } from './handlers/roster.ts';
import { scoreHandlers } from './handlers/score.ts';
import { serverHandlers } from './handlers/server.ts';
import { settlementHandlers } from './handlers/settlement.ts';
import { syncHandlers } from './handlers/sync.ts';
import { systemHandlers } from './handlers/system.ts';

/** Every method with its handler; that none is missing is checked here, by type. */
export const allHandlers: Handlers<MethodName> = {
  ...appHandlers,
  ...classHandlers,
  ...joinHandlers,
  ...rosterHandlers,
  ...scoreHandlers,
  ...settlementHandlers,
  ...connectionHandlers,
  ...syncHandlers,
  ...continuousHandlers,
  ...backupHandlers,
  ...binHandlers,
  ...serverHandlers,
  ...systemHandlers,
  ...pinHandlers,
};
