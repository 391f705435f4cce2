import type { pinMethods } from '../../../shared/contract/pin.ts';
import type { Handlers } from '../context.ts';

/** The permission PINs of this PC. */
export const pinHandlers: Handlers<keyof typeof pinMethods> = {
  'pin.state': ({ gate }, _params, { caller }) => gate.state(caller),
  'pin.unlock': async ({ gate, pins }, { pin, level, hold }, { caller }) => {
    gate.unlock(caller, await pins.check(pin, level ?? 'points'), hold === true);
    return gate.state(caller);
  },
  'pin.lock': ({ gate }, _params, { caller }) => {
    if (caller !== undefined) caller.unlocked = null;
    return gate.state(caller);
  },
  'pin.set': async ({ emit, gate, pins }, { level, pin, current }, { caller }) => {
    const first = !pins.set().admin;
    await pins.put(level, pin, current);
    if (first || current !== undefined) gate.unlock(caller, 'admin', caller?.unlocked?.hold === true);
    emit('app.changed', {});
    return gate.state(caller);
  },
  'pin.remove': async ({ emit, gate, pins }, { level, current }, { caller }) => {
    await pins.remove(level, current);
    emit('app.changed', {});
    return gate.state(caller);
  },
  'pin.reset': ({ emit, gate, pins }, _params, { caller }) => {
    pins.reset();
    emit('app.changed', {});
    return gate.state(caller);
  },
};
