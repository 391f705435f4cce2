import type { MethodName } from '../../../shared/contract/contract.ts';
import type { continuousMethods } from '../../../shared/contract/continuous.ts';
import { attend } from '../../sync/attend.ts';
import { keepRound, setContinuous } from '../../sync/keep-in-sync.ts';
import type { Handlers } from '../context.ts';
import { may } from '../gate.ts';

/** Continuous sync. */
export const continuousHandlers: Handlers<Extract<MethodName, keyof typeof continuousMethods>> = {
  'continuous.set': (context, params) => setContinuous(context, params),
  'continuous.round': async (context, { classId, connectionId }, call) =>
    await keepRound(context, { classId, connectionId }, call),
  'continuous.attend': (context, params, call) => {
    // Who may look and nothing else keeps nobody's changes waiting.
    if (!params.here || may(call, 'points')) attend(context, params);
    return { done: true };
  },
};
