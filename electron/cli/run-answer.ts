import type { RunResult } from '../../shared/contract/sync.ts';
import { errorExitCodes, errorFromJson } from '../../shared/errors.ts';
import type { Answer } from './answer.ts';
import { errorLines } from './error-lines.ts';
import { listLines } from './listing.ts';
import { runResultShape } from './shapes.ts';
import type { Words } from './words.ts';

/** The answer of `apply`, `pull` and `sync`. */
export function runAnswer(run: RunResult): Answer {
  return { json: runResultShape(run), lines: (words) => runLines(run, words), exitCode: runExitCode(run) };
}

/** The exit code a run's outcome gives: rows left 3, rows a rule of the server refuses 9, stale 4, checking 10, cancelled 130; a failure by its code. */
export function runExitCode(run: RunResult): number {
  switch (run.outcome) {
    case 'completed':
    case 'undecided':
      if (run.left.some(({ reason }) => reason === 'server-rule')) return 9;
      return run.outcome === 'undecided' || run.left.length > 0 ? 3 : 0;
    case 'stale':
      return 4;
    case 'refused':
      return failureCode(run, 6);
    case 'failed':
      return failureCode(run, 1);
    case 'checking':
      return 10;
    case 'cancelled':
      return 130;
  }
}

function failureCode(run: RunResult, otherwise: number): number {
  return run.error === null ? otherwise : errorExitCodes[errorFromJson(run.error).code];
}

/** A run for people: its outcome, what went where, what was left and why. */
export function runLines(run: RunResult, words: Words): readonly string[] {
  const { up, down } = run.counts;
  const failure = run.error === null ? undefined : errorFromJson(run.error);
  return [
    words.name('outcome', run.outcome),
    ...(failure === undefined ? [] : errorLines(words, failure)),
    sideLine('up', up, words),
    sideLine('down', down, words),
    ...(run.left.length === 0 ? [] : ['', words.t('run.left', { count: run.left.length }), ...leftLines(run, words)]),
    ...(run.nextPlanId === null ? [] : ['', words.t('run.next-plan', { planId: run.nextPlanId })]),
  ];
}

function sideLine(side: 'up' | 'down', counts: RunResult['counts']['up'], words: Words): string {
  const { add, restored = 0, update, delete: removed } = counts;
  const line = words.t(`run.${side}`, { add: add - restored, update, delete: removed });
  return restored === 0 ? line : line + words.t('run.restored', { count: restored });
}

const shownLeft = 50;

function leftLines(run: RunResult, words: Words): readonly string[] {
  const lines = listLines(
    run.left.slice(0, shownLeft),
    [
      { title: 'column.table', cell: (row) => words.name('table', row.table) },
      { title: 'column.record', cell: (row) => row.label },
      { title: 'column.reason', cell: (row) => words.name('left', row.reason) },
      { title: 'column.waits-for', cell: (row) => row.blockedBy },
    ],
    words,
  );
  const more = run.left.length - shownLeft;
  return more > 0 ? [...lines, words.t('list.more', { count: more })] : lines;
}
