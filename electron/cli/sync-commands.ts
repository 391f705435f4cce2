import type { Command } from 'commander';
import type { PlanSummary, RunResult } from '../../shared/contract/sync.ts';
import { askConflicts } from './ask-conflicts.ts';
import { addCommand, choice, flag, list, text } from './command.ts';
import type { CommandKit, Values } from './command.ts';
import { connectionFlags } from './connection-flags.ts';
import { idOf } from '../../shared/model/ids.ts';
import { planAnswer } from './plan-answer.ts';
import { readResolveFile } from './resolve-file.ts';
import { rowNamed } from './row-named.ts';
import { runAnswer } from './run-answer.ts';
import type { CliSession } from './session.ts';
import { UsageError } from './usage-error.ts';

const connection = text('--connection <name>', 'option.connection');
const passwordStdin = connectionFlags.passwordStdin;
const replace = flag('--replace', 'option.replace');
const runOptions = {
  plan: text('--plan <id>', 'option.plan'),
  now: flag('--now', 'option.now'),
  connection,
  resolve: text('--resolve <file>', 'option.resolve'),
  conflicts: choice('--conflicts <rule>', 'option.conflicts', ['skip', 'local', 'server', 'newer']),
  leave: list('--leave <table:key>', 'option.leave'),
  take: list('--take <table:key>', 'option.take'),
  ask: flag('--ask', 'option.ask'),
  allowMassChange: flag('--allow-mass-change', 'option.allow-mass-change'),
  allowErase: flag('--allow-erase', 'option.allow-erase'),
  passwordStdin,
};

/** `preview`, `apply`, `pull` and `sync`. */
export function addSyncCommands(program: Command, kit: CommandKit): void {
  addCommand(program, kit, {
    name: 'preview',
    about: 'about.preview',
    options: { connection, rows: flag('--rows', 'option.rows'), replace, passwordStdin },
    examples: ['preview', 'preview --connection school --json --rows', 'preview --replace --rows'],
    run: async (session, _args, options) => {
      return planAnswer(session, await makePlan(session, options, options.replace, true), options.rows);
    },
  });
  for (const mode of ['apply', 'pull', 'sync'] as const) {
    addCommand(program, kit, {
      name: mode,
      about: `about.${mode}`,
      options: mode === 'pull' ? { ...runOptions, replace } : runOptions,
      examples: [`${mode} --plan 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11`, `${mode} --now --conflicts newer --json`],
      run: async (session, _args, options) => runAnswer(await carryOut(session, mode, options)),
    });
  }
}

async function carryOut(
  session: CliSession,
  mode: 'apply' | 'pull' | 'sync',
  options: Values<typeof runOptions> & { readonly replace?: boolean },
): Promise<RunResult> {
  const { plan: given, now } = options;
  if (given !== undefined && now) throw new UsageError('not-together', { argument: '--plan', other: '--now' });
  if (now && options.resolve !== undefined)
    throw new UsageError('not-together', { argument: '--now', other: '--resolve' });
  if (given !== undefined && options.connection !== undefined) {
    throw new UsageError('not-together', { argument: '--plan', other: '--connection' });
  }
  const named = given === undefined ? undefined : idOf('plan', given);
  const resolve = options.resolve === undefined ? undefined : await readResolveFile(options.resolve, named);
  const ready = named ?? resolve?.planId;
  if (ready === undefined && !now) throw new UsageError('one-of-needed', { argument: '--plan, --now' });
  const plan =
    ready === undefined
      ? await makePlan(session, options, options.replace, options.ask)
      : await readyPlan(session, ready);
  if (options.replace === true && plan.purpose !== 'replace')
    throw new UsageError('not-together', { argument: '--plan', other: '--replace' });
  const { classId, planId, connectionId } = plan;
  if (options.ask) await askConflicts(session, plan);
  return await session.contactOnce(
    { classId, id: connectionId },
    options.passwordStdin && ready !== undefined,
    async () =>
      await session.call('sync.run', {
        classId,
        planId,
        mode,
        ...(resolve === undefined ? {} : { resolve }),
        ...(options.conflicts === undefined ? {} : { conflicts: options.conflicts }),
        ...(options.leave.length === 0 ? {} : { leave: options.leave.map((row) => rowNamed('--leave', row)) }),
        ...(options.take.length === 0 ? {} : { take: options.take.map((row) => rowNamed('--take', row)) }),
        ...(options.allowMassChange ? { allowMassChange: true } : {}),
        ...(options.allowErase ? { allowErase: true } : {}),
      }),
  );
}

async function makePlan(
  session: CliSession,
  options: { readonly connection: string | undefined; readonly passwordStdin: boolean },
  replaces = false,
  // Somebody reads it before it is carried out: the app that keeps the class in sync must not overtake it.
  holds = false,
): Promise<PlanSummary> {
  const item = await session.connection(options.connection);
  return await session.contact(
    item,
    options.passwordStdin,
    async () =>
      await session.call(replaces ? 'sync.previewReplace' : 'sync.preview', {
        classId: item.classId,
        connectionId: item.id,
        ...(holds && !replaces ? { hold: true } : {}),
      }),
  );
}

async function readyPlan(session: CliSession, planId: string): Promise<PlanSummary> {
  return await session.call('plan.show', { classId: await session.classId(), planId });
}
