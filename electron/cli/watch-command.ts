import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { RoundResult } from '../../shared/contract/continuous.ts';
import { AppError, errorExitCodes, errorFromJson } from '../../shared/errors.ts';
import { isDue, paceAfter, sleepMs, type RoundEnd } from '../../shared/sync/pace.ts';
import type { Answer } from './answer.ts';
import { addCommand, choice, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { connectionFlags } from './connection-flags.ts';
import { errorLines } from './error-lines.ts';
import type { CliSession } from './session.ts';
import type { kindsShape } from './shapes.ts';
import type { Words } from './words.ts';

const usualMinutes = '5';

type Kinds = ReturnType<typeof kindsShape>;

/** What a watch did up to now. */
interface Watched {
  readonly connection: string;
  rounds: number;
  runs: number;
  readonly counts: { up: Kinds; down: Kinds };
  last: RoundResult | null;
  /** It was ended in the middle of a round. */
  cancelled: boolean;
}

/** `watch`: continuous sync in the foreground, until Ctrl+C or until only a person can go on. */
export function addWatchCommand(program: Command, kit: CommandKit): void {
  addCommand(program, kit, {
    name: 'watch',
    about: 'about.watch',
    options: {
      connection: text('--connection <name>', 'option.connection'),
      every: choice('--every <minutes>', 'option.every', ['1', '5', '15', '60']),
      passwordStdin: connectionFlags.passwordStdin,
    },
    examples: ['watch', 'watch --connection school --every 15', 'watch --json'],
    run: async (session, _args, { connection, every, passwordStdin }) => {
      const item = await session.connection(connection);
      const minutes = Number(every ?? usualMinutes);
      session.notice(session.words.t('watch.begins', { name: item.name, minutes }));
      return watchAnswer(await watch(session, item, { everyMs: minutes * 60_000, passwordStdin }));
    },
  });
}

async function watch(
  session: CliSession,
  item: { readonly classId: string; readonly id: string; readonly name: string },
  { everyMs, passwordStdin }: { readonly everyMs: number; readonly passwordStdin: boolean },
): Promise<Watched> {
  const none = { add: 0, update: 0, delete: 0 };
  const watched: Watched = {
    connection: item.name,
    rounds: 0,
    runs: 0,
    counts: { up: none, down: none },
    last: null,
    cancelled: false,
  };
  let pace = { nextAt: Date.now(), failures: 0 };
  for (;;) {
    if (!(await until(pace.nextAt, everyMs, session.signal))) return watched;
    const fromStdin = passwordStdin && watched.rounds === 0;
    const round = await oneRound(session, item, fromStdin);
    if (round === null) return { ...watched, cancelled: true };
    note(watched, round);
    session.notice(roundLine(round, session.words));
    if (round.outcome === 'halted') return watched;
    pace = paceAfter(pace, ends[round.outcome], { now: Date.now(), everyMs, random: Math.random() });
  }
}

const ends: Readonly<Record<Exclude<RoundResult['outcome'], 'halted'>, RoundEnd>> = {
  synced: 'done',
  nothing: 'done',
  waits: 'waits',
  again: 'again',
  failed: 'failed',
};

/** One round; null when it was cancelled. */
async function oneRound(
  session: CliSession,
  item: { readonly classId: string; readonly id: string },
  fromStdin: boolean,
): Promise<RoundResult | null> {
  const { classId, id: connectionId } = item;
  try {
    return await session.contact(
      item,
      fromStdin,
      async () => await session.call('continuous.round', { classId, connectionId }),
      ({ error }) => error?.code === 'password-missing',
    );
  } catch (error) {
    if (session.signal.aborted && error instanceof AppError && error.code === 'cancelled') return null;
    throw error;
  }
}

/** Waits until a time, by the clock and not by one long timer, which would stand still while the computer sleeps; false when it is to end. */
async function until(nextAt: number, everyMs: number, signal: AbortSignal): Promise<boolean> {
  const pace = { nextAt, failures: 0 };
  while (!signal.aborted && !isDue(pace, Date.now(), everyMs)) {
    const ms = sleepMs([pace], Date.now()) ?? 0;
    await wait(ms, undefined, { signal }).catch(() => undefined);
  }
  return !signal.aborted;
}

function note(watched: Watched, round: RoundResult): void {
  watched.rounds += 1;
  watched.last = round;
  if (round.run === null) return;
  watched.runs += 1;
  for (const side of ['up', 'down'] as const) {
    const { add, update, delete: removed } = round.run.counts[side];
    const sum = watched.counts[side];
    watched.counts[side] = { add: sum.add + add, update: sum.update + update, delete: sum.delete + removed };
  }
}

function roundLine(round: RoundResult, words: Words): string {
  const at = new Date().toISOString();
  const total = (side: 'up' | 'down'): number => {
    const { add, update, delete: removed } = round.run?.counts[side] ?? { add: 0, update: 0, delete: 0 };
    return add + update + removed;
  };
  const said = words.t(`watch.${round.outcome}`, { up: total('up'), down: total('down') });
  const cause = round.error === null ? '' : ` ${words.errorTitle(errorFromJson(round.error))}`;
  const asks = round.conflicts > 0 ? ` ${words.t('watch.asks', { count: round.conflicts })}` : '';
  return `${at}  ${said}${cause}${asks}`;
}

function watchAnswer({ connection, rounds, runs, counts, last, cancelled }: Watched): Answer {
  const conflicts = last?.conflicts ?? 0;
  const halted = last?.outcome === 'halted' && last.error !== null ? last.error : null;
  return {
    json: {
      connection,
      outcome: halted !== null ? 'halted' : cancelled ? 'cancelled' : 'ended',
      rounds,
      runs,
      counts,
      conflicts,
      ...(halted === null ? {} : { error: halted }),
    },
    lines: (words) => [
      words.t('watch.ended', { rounds, runs }),
      ...(halted === null ? [] : errorLines(words, errorFromJson(halted))),
    ],
    exitCode: exitCodeOf(halted, cancelled, conflicts),
  };
}

/** Of what halted it, its code (6 where only a doubt did); of an end somebody wished, whether conflicts remain. */
function exitCodeOf(halted: { readonly code: string } | null, cancelled: boolean, conflicts: number): number {
  if (halted !== null) return errorExitCodes[errorFromJson(halted).code] || errorExitCodes['guard-refused'];
  if (cancelled) return errorExitCodes.cancelled;
  return conflicts > 0 ? 3 : 0;
}
