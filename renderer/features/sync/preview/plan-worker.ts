import type { Progress } from '../../../../shared/contract/events.ts';
import { AppError } from '../../../../shared/errors.ts';
import { toAppError } from '../../../to-app-error.ts';
import type { Use, Work } from './preview-state.ts';

/** What a piece of work is done under. */
export interface CallControl {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Whether something else was wished meanwhile: what this came to is not shown any more. */
  readonly isOvertaken: () => boolean;
}

/** One piece of work with the server at a time, with its progress, and how it is cancelled. */
export interface PlanWorker {
  /**
   * Does a piece of work and answers what it came to; null where it came to nothing. The making of a list takes the place of another one that is still being made,
   * and waits for a run to end; of several that wait, the one wished last is done. A run does not begin while anything else goes on.
   */
  readonly run: <T>(kind: Work['kind'], task: (control: CallControl) => Promise<T>) => Promise<T | null>;
  readonly cancel: () => void;
}

interface Piece {
  readonly kind: Work['kind'];
  readonly control: AbortController;
  readonly ended: Promise<void>;
  /** Whether it goes on before the eyes of people, and does not only wait. */
  shown: boolean;
  overtaken: boolean;
}

/** The work of one preview. Why it failed is shown there. */
export function createPlanWorker(use: Use): PlanWorker {
  let current: Piece | null = null;
  /** Those that have not ended, also where their answer is not wanted any more. */
  const going = new Set<Piece>();
  const begin = (piece: Piece, afterRun: boolean): void => {
    piece.shown = true;
    use.setState(({ result }) => ({
      work: { kind: piece.kind, startedAt: Date.now(), progress: null, cancelling: piece.control.signal.aborted },
      error: null,
      refusal: null,
      untaken: null,
      // It was about the list as it was: below the next one, or below an undo, it would be wrong.
      said: null,
      guard: null,
      // How a run ended that is being found out, or that this has waited for, is still of interest.
      result: result?.run.outcome === 'checking' || afterRun ? result : null,
      replaceAsked: null,
    }));
  };
  return {
    run: async (kind, task) => {
      const before = current;
      if (before !== null && !isMaking({ kind })) return null;
      const end = Promise.withResolvers<void>();
      const control = new AbortController();
      const piece: Piece = { kind, control, ended: end.promise, shown: false, overtaken: false };
      current = piece;
      going.add(piece);
      try {
        if (before === null) begin(piece, false);
        else {
          if (isMaking(before)) overtake(before);
          if (isMaking(before) && before.shown) begin(piece, false);
          await before.ended;
          // Whoever cancels while this only waits, or wishes something else, does not want it any more.
          if (control.signal.aborted && !piece.shown) return null;
          if (!piece.shown) begin(piece, true);
        }
        if (control.signal.aborted) throw new AppError('cancelled');
        return await task({
          signal: control.signal,
          onProgress: (progress) => {
            if (!piece.overtaken) use.setState(({ work }) => (work === null ? {} : { work: { ...work, progress } }));
          },
          isOvertaken: () => piece.overtaken,
        });
      } catch (caught) {
        if (!piece.overtaken) use.setState({ error: toAppError(caught) });
        return null;
      } finally {
        going.delete(piece);
        if (current === piece) {
          current = null;
          use.setState({ work: null });
        }
        end.resolve();
      }
    },
    cancel: () => {
      use.setState(({ work }) => (work === null ? {} : { work: { ...work, cancelling: true } }));
      for (const piece of going) piece.control.abort();
    },
  };
}

/** Whether a piece of work makes a list; any other carries one out. */
export function isMaking({ kind }: Pick<Work, 'kind'>): boolean {
  return kind === 'compare' || kind === 'undo' || kind === 'replace';
}

function overtake(piece: Piece): void {
  piece.overtaken = true;
  piece.control.abort();
}
