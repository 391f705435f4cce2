import { href, navigate } from '../../router.ts';
import { previewOf } from './preview/preview-store.ts';

/** Goes to the list that takes a run back. Nothing is written before that list is carried out. */
export function startUndo(run: {
  readonly classId: string;
  readonly connectionId: string;
  readonly runId: string;
}): void {
  void previewOf(run.classId, run.connectionId).undoRun(run.runId);
  navigate(href(`sync/preview/${run.connectionId}`));
}
