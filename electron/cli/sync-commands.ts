import type { Command } from 'commander';
import { addCommand, choice, flag, text } from './command.ts';
import type { CommandKit, Values } from './command.ts';
import { connectionFlags } from './connection-flags.ts';
import { idOf } from './ids.ts';
import { planAnswer } from './plan-answer.ts';
import { readResolveFile } from './resolve-file.ts';
import { runAnswer } from './run-answer.ts';
import type { CliSession } from './session.ts';
import { UsageError } from './usage-error.ts';

const connection = text('--connection <name>', 'option.connection');
const passwordStdin = connectionFlags.passwordStdin;
const runOptions = {
  plan: text('--plan <id>', 'option.plan'),
  now: flag('--now', 'option.now'),
  connection,
  resolve: text('--resolve <file>', 'option.resolve'),
  conflicts: choice('--conflicts <rule>', 'option.conflicts', ['skip', 'local', 'server', 'newer']),
  allowMassChange: flag('--allow-mass-change', 'option.allow-mass-change'),
  passwordStdin,
};

/** `preview`, `apply`, `pull` and `sync`. */
export function addSyncCommands(program: Command, kit: CommandKit): void {
  addCommand(program, kit, {
    name: 'preview',
    about: 'about.preview',
    options: { connection, rows: flag('--rows', 'option.rows'), passwordStdin },
    examples: ['preview', 'preview --connection school --json --rows'],
    run: async (session, _args, options) => {
      const { classId, id: connectionId } = await session.connectionWithPassword(
        options.connection,
        options.passwordStdin,
      );
      return planAnswer(session, await session.call('sync.preview', { classId, connectionId }), options.rows);
    },
  });
  for (const mode of ['apply', 'pull', 'sync'] as const) {
    addCommand(program, kit, {
      name: mode,
      about: `about.${mode}`,
      options: runOptions,
      examples: [`${mode} --plan 01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11`, `${mode} --now --conflicts newer --json`],
      run: async (session, _args, options) => runAnswer(await carryOut(session, mode, options)),
    });
  }
}

async function carryOut(session: CliSession, mode: 'apply' | 'pull' | 'sync', options: Values<typeof runOptions>) {
  const { plan, now } = options;
  if (plan !== undefined && now) throw new UsageError('not-together', { argument: '--plan', other: '--now' });
  if (now && options.resolve !== undefined)
    throw new UsageError('not-together', { argument: '--now', other: '--resolve' });
  if (plan !== undefined && options.connection !== undefined) {
    throw new UsageError('not-together', { argument: '--plan', other: '--connection' });
  }
  const named = plan === undefined ? undefined : idOf('plan', plan);
  const resolve = options.resolve === undefined ? undefined : await readResolveFile(options.resolve, named);
  const ready = named ?? resolve?.planId;
  if (ready === undefined && !now) throw new UsageError('one-of-needed', { argument: '--plan, --now' });
  const { classId, planId } =
    ready === undefined ? await makePlan(session, options) : await readyPlan(session, ready, options.passwordStdin);
  return await session.call('sync.run', {
    classId,
    planId,
    mode,
    ...(resolve === undefined ? {} : { resolve }),
    ...(options.conflicts === undefined ? {} : { conflicts: options.conflicts }),
    ...(options.allowMassChange ? { allowMassChange: true } : {}),
  });
}

async function makePlan(session: CliSession, options: Values<typeof runOptions>) {
  const { classId, id: connectionId } = await session.connectionWithPassword(options.connection, options.passwordStdin);
  return await session.call('sync.preview', { classId, connectionId });
}

async function readyPlan(session: CliSession, planId: string, fromStdin: boolean) {
  const classId = await session.classId();
  const { connectionId } = await session.call('plan.show', { classId, planId });
  await session.givePassword({ classId, id: connectionId }, fromStdin);
  return { classId, planId };
}
