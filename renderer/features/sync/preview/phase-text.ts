import type { Words } from './field-words.ts';
import type { Work } from './preview-state.ts';
import { thingWord } from './what-changes.ts';

const phases = [
  'connect',
  'observe',
  'plan',
  'lock',
  'send',
  'compare',
  'write',
  'commit',
  'finish',
  'set-up',
] as const;

type Shown = Pick<Work, 'kind' | 'progress' | 'cancelling'>;

/** The phase of a piece of work as people read it, with what it is about and its counts: "Uploading: score 1,200 / 4,800". */
export function phaseText(work: Shown, words: Words): string {
  const { progress } = work;
  const named = phaseName(work, words);
  if (work.cancelling || progress === null || progress.done === 0 || !isCounted(progress)) return named;
  const { number } = words.format;
  const done = number(progress.done);
  return progress.total === null ? `${named} ${done}` : `${named} ${done} / ${number(progress.total)}`;
}

/** The same for those who hear it: counts grow too quickly, so only every tenth part of the way is another text. */
export function heardPhase(work: Shown, words: Words): string {
  const { progress } = work;
  const named = phaseName(work, words);
  if (work.cancelling || progress === null || progress.total === null || !isCounted(progress)) return named;
  const percent = heardPercent(progress.done, progress.total);
  return percent === 0 ? named : `${named} ${words.format.number(percent)} %`;
}

/** How much of something is done for those who hear it, in tenths: 0, 10, … 100. All of nothing is done. */
export function heardPercent(done: number, total: number): number {
  return total <= done ? 100 : Math.floor((done * 10) / total) * 10;
}

/** Whether counts say anything: confirming is one thing however many rows it is about, and so is what there is one of. */
function isCounted({ phase, total }: NonNullable<Shown['progress']>): boolean {
  return phase !== 'commit' && (total === null || total > 1);
}

function phaseName({ kind, progress, cancelling }: Shown, { t, format }: Words): string {
  if (cancelling) return t('sync:run.cancelling');
  const phase = phases.find((known) => known === progress?.phase);
  const plain = t(phase === undefined ? `sync:run.busy.${kind}` : `sync:phase.${phase}`);
  return progress?.table === undefined ? plain : format.labelled(plain, thingWord(progress.table, { t }));
}
