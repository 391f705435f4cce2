import { setTimeout as after } from 'node:timers/promises';
import type { Command } from 'commander';
import { errorExitCodes, errorFromJson, errorToJson } from '../../shared/errors.ts';
import type { ErrorParams } from '../../shared/errors.ts';
import type { Result } from '../../shared/contract/contract.ts';
import type { Answer } from './answer.ts';
import { addCommand, flag } from './command.ts';
import type { CommandKit } from './command.ts';
import { listLines } from './listing.ts';
import { printable } from './printable.ts';
import type { CliSession } from './session.ts';
import { logShape } from './shapes.ts';
import type { Words } from './words.ts';

type LogLine = Result<'app.log'>['items'][number];

const linesPerCall = 1000;
const lookAgainMs = 500;

/** `doctor` and `log`. */
export function addSystemCommands(program: Command, kit: CommandKit): void {
  addCommand(program, kit, {
    name: 'doctor',
    about: 'about.doctor',
    examples: ['doctor', 'doctor --class "5B" --json'],
    run: async (session) => {
      const only = session.options.class === undefined ? {} : { classId: await session.classId() };
      return doctorAnswer(await examine(session, only));
    },
  });
  addCommand(program, kit, {
    name: 'log',
    about: 'about.log',
    options: { follow: flag('--follow', 'option.follow') },
    examples: ['log', 'log --follow'],
    run: (session, _args, { follow }) =>
      Promise.resolve({
        json: {},
        lines: () => [],
        stream: {
          key: 'items',
          items: logLines(session, follow),
          line: (item: unknown) => (isLogLine(item) ? [logText(item)] : []),
        },
      }),
  });
}

/** Where a connection has no saved password, the one of the environment is tried. */
async function examine(session: CliSession, only: { readonly classId?: string }): Promise<Result<'app.doctor'>> {
  const first = await session.call('app.doctor', only);
  const lacking = first.checks.flatMap(({ code, params: { classId, connectionId: id } }) =>
    code === 'password-missing' && typeof classId === 'string' && typeof id === 'string' ? [{ classId, id }] : [],
  );
  return (await session.lendPassword(lacking, () => session.call('app.doctor', only))) ?? first;
}

/** All lines so far, and with `follow` those that come until Ctrl+C, which is then the ordinary end. */
async function* logLines(session: CliSession, follow: boolean): AsyncGenerator<LogLine> {
  let last: number | undefined;
  while (!session.signal.aborted) {
    const { items } = await nextLines(session, last).catch((error: unknown) => {
      if (follow && session.signal.aborted) return { items: [] };
      throw error;
    });
    for (const item of items) {
      yield logShape(item);
      last = item.seq;
    }
    if (items.length > 0) continue;
    if (!follow) return;
    await after(lookAgainMs, undefined, { signal: session.signal }).catch(() => undefined);
  }
}

async function nextLines(session: CliSession, last: number | undefined): Promise<Result<'app.log'>> {
  return await session.call('app.log', { limit: linesPerCall, ...(last === undefined ? {} : { after: last }) });
}

function isLogLine(item: unknown): item is LogLine {
  return typeof item === 'object' && item !== null && 'event' in item;
}

function logText({ at, level, event, data }: LogLine): string {
  const facts = Object.entries(data).map(([name, value]) => `${name}=${String(value)}`);
  return printable([at, level.padEnd(5), event, ...facts].join(' '));
}

function doctorAnswer({ ok, checks }: Result<'app.doctor'>): Answer {
  const failed = checks.find((check) => check.state === 'failed');
  const code = failed?.code ?? null;
  return {
    json: {
      ok,
      checks: checks.map(({ id, state, code: its, params, differences }) => ({
        id,
        state,
        code: its,
        params,
        ...(differences === undefined ? {} : { differences }),
      })),
    },
    exitCode: ok ? 0 : code === null ? errorExitCodes.unexpected : errorExitCodes[errorFromJson({ code }).code],
    lines: (words) => [
      ...checkLines(checks, words),
      ...differenceLines(checks, words),
      '',
      words.t(ok ? 'doctor.ok' : 'doctor.not-ok'),
    ],
  };
}

function checkLines(checks: Result<'app.doctor'>['checks'], words: Words): readonly string[] {
  return listLines(
    checks,
    [
      { title: 'column.check', cell: (check) => words.name('check', check.id) },
      { title: 'column.state', cell: (check) => words.name('state', check.state) },
      {
        title: 'column.detail',
        cell: (check) => checkDetail(check, words),
      },
    ],
    words,
  );
}

/** Which rows differ, and what to do about each sort. */
function differenceLines(checks: Result<'app.doctor'>['checks'], words: Words): readonly string[] {
  return checks.flatMap(({ code, params, differences = [] }) =>
    differences.length === 0 || code === null
      ? []
      : [
          '',
          ...words.errorLines(errorToJson(errorFromJson({ code, params }))),
          ...differences.map(({ table, key, side, what }) =>
            printable(
              `    ${words.name('table', table)} ${Object.values(key).join(' ')}: ${words.name('difference', `${side}-${what}`)}`,
            ),
          ),
        ],
  );
}

/** What a check found, in few words, with the id of what it looked at. */
function checkDetail({ id, code, params }: Result<'app.doctor'>['checks'][number], words: Words): string {
  const about = params['connectionId'] ?? params['classId'];
  const found = code === null ? checkFigure(id, params, words) : words.errorTitle({ code, params });
  return [found, about].filter((part) => typeof part === 'string' && part !== '').join(' · ');
}

function checkFigure(id: string, params: ErrorParams, words: Words): string {
  switch (id) {
    case 'disk':
      return words.t('doctor.free', { gigabytes: Math.round(Number(params['freeBytes']) / 1e9) });
    case 'clock':
      return words.t('doctor.offset', { offsetMs: Number(params['offsetMs']) });
    case 'builtin-server':
      return words.name('state', String(params['state']));
    case 'class':
      return `SQLite ${String(params['sqlite'])}`;
    default:
      return ['version', 'platform', 'arch']
        .map((name) => params[name])
        .filter((value) => typeof value === 'string')
        .join(' ');
  }
}
