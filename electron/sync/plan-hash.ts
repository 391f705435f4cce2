import { createHash } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { createSlicer } from '../engine/slices.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { PlanHead } from '../store/sync/plan-store.ts';
import { planText, planWasRun } from '../store/sync/plan-text.ts';

/** Longest time the thread is held while rows are hashed, in milliseconds. */
const SLICE_MS = 8;

/** What of a plan's head never changes once the plan is open. */
type FixedHead = Omit<PlanHead, 'state' | 'planHash' | 'heldUntil'>;

/**
 * The hash over a plan: its head, what the preview shows around the list, and every row as it is stored, in slices. Choices are kept beside the plan and
 * do not change it.
 */
export async function planHashOf(store: ClassStore, head: FixedHead, signal: AbortSignal): Promise<string> {
  const slicer = createSlicer(SLICE_MS);
  const hash = createHash('sha256');
  const { id, connectionId, peerId, madeAt, seq, deviceId, epoch, catalogHash, firstContact, facts } = head;
  const fixed = [id, connectionId, peerId, madeAt, seq, deviceId, epoch, catalogHash, firstContact, facts];
  hash.update(`${JSON.stringify(fixed)}\n`);
  for (const piece of planText(store, head.id)) {
    hash.update(piece);
    if (typeof piece !== 'string') giveBack(piece);
    await slicer.pause(signal);
  }
  return hash.digest('hex');
}

/** Gives the memory of bytes back that nobody reads any more. Left to the collector they lie about by some sixty megabytes: it looks at objects, and these are hardly any. */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Before a run: the plan must be the one that was shown. Throws `plan-tampered` where its rows, facts or head were changed since, or a used one was opened again. */
export async function refuseTampered(store: ClassStore, head: PlanHead, signal: AbortSignal): Promise<void> {
  const same = !planWasRun(store, head.id) && (await planHashOf(store, head, signal)) === head.planHash;
  if (!same) throw new AppError('plan-tampered', { planId: head.id });
}
