import { hostname } from 'node:os';
import type { Stamp } from '../store/stamp.ts';
import type { EngineContext } from './context.ts';

/** Who records something now. Until someone has named this installation, the computer's own name stands in. */
export function stampOf(context: EngineContext): Stamp {
  const { id, name } = context.app.device();
  return { at: context.now(), deviceId: id, deviceName: name ?? hostname(), by: null };
}
