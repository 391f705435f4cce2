import { describe, expect, it } from 'vitest';
import { inProcess as tallybook, tallybook as spawned } from './support/run-tallybook.ts';

const leaves = `class create, class list, class archive, class remote, class join,
student add, student list, student set, student delete, student restore,
group list, group add, group set, group delete,
reason list, reason add, reason set, reason delete,
score add, score void, score list, totals,
connection add, connection list, connection set, connection remove, connection test,
connection init, connection upgrade, connection join,
preview, apply, pull, sync, plan list, plan show, run list, run show,
server start, server stop, server status, server join-code, doctor, log, serve,
catalog list, catalog show, catalog check`.split(/,\s+/);

const id = '01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11';

/** Commands that are wrong, what is wrong, and which argument the answer names. */
const mistakes: readonly (readonly [string, string, string | undefined])[] = [
  ['studnt list', 'unknown-command', 'studnt'],
  ['student ad', 'unknown-command', 'ad'],
  ['student', 'missing-argument', 'command'],
  ['student add', 'missing-argument', 'name'],
  ['student add A B', 'too-many-arguments', undefined],
  ['student add A --nubmer 1', 'unknown-option', '--nubmer'],
  ['student add A --note', 'missing-value', '--note'],
  ['student set x', 'nothing-to-change', undefined],
  ['score add --delta 1 --text a', 'missing-argument', '--student'],
  [`score add --student ${id} --text a`, 'one-of-needed', '--reason, --delta'],
  [`score add --student ${id} --delta 1`, 'missing-argument', '--text'],
  [`score add --student ${id} --reason ${id} --delta 1`, 'not-together', '--reason'],
  ['score list --limit none', 'not-a-number', '--limit'],
  ['reason add Helped', 'missing-argument', '--delta'],
  ['apply', 'one-of-needed', '--plan, --now'],
  [`sync --plan ${id} --now`, 'not-together', '--plan'],
  ['sync --now --resolve x.json', 'not-together', '--now'],
  [`pull --plan ${id} --conflicts mine`, 'not-one-of', '--conflicts'],
  ['connection add school --database d --user u', 'one-of-needed', '--url, --host'],
  ['connection add school --host h --database d --user u --port 70000', 'not-a-number', '--port'],
  ['connection add school --host h --database d --user u --tls maybe', 'not-one-of', '--tls'],
  ['connection add school --host h --database d --user u --password-stdin', 'stdin-empty', 'password'],
  ['class list --pin-stdin', 'stdin-empty', 'pin'],
  ['connection add school --host h --database d --user u --ca nowhere.pem', 'file-unreadable', '--ca'],
  ['connection init school --yes --print-sql', 'not-together', '--yes'],
  ['class list --lang fr', 'not-one-of', '--lang'],
];

describe('the command line', () => {
  it.each(mistakes)('says what is wrong with “%s” and ends with 2', async (line, problem, argument) => {
    const told = await tallybook(['--json', ...line.split(' ')]);
    expect(Object.keys(told.json)).toEqual(['error']);
    expect(told.json.error.code).toBe('usage');
    expect(told.json.error.params).toMatchObject({ problem, ...(argument === undefined ? {} : { argument }) });
    expect(told.code).toBe(2);
  });

  it.each([
    ['--password', ['--password', 'canary-7Q']],
    ['--password=…', ['--password=canary-7Q']],
    ['--passwd', ['--passwd', 'canary-7Q']],
    ['--url with a password', ['--url', 'postgres://teacher:canary-7Q@localhost/points']],
  ])('refuses a password in an argument (%s), says why, and repeats none of it', async (_name, flags) => {
    const args = ['connection', 'add', 'school', ...flags];
    const [json, plain] = await Promise.all([tallybook(['--json', ...args]), tallybook(args)]);
    expect(json.code).toBe(2);
    expect(json.json.error.params['problem']).toMatch(/^password-/);
    expect(plain.code).toBe(2);
    expect(plain.stderr).toContain('--password-stdin');
    expect(json.stdout + json.stderr + plain.stdout + plain.stderr).not.toContain('canary');
  });

  it('suggests the command or option that was probably meant', async () => {
    const [command, option] = await Promise.all([tallybook(['studnt']), tallybook(['student', 'list', '--delete'])]);
    expect(command.stderr).toContain('Did you mean student?');
    expect(option.stderr).toContain('Did you mean --deleted?');
    expect(command.stdout + option.stdout).toBe('');
  });

  it.each(leaves)('explains “%s” with an example in both languages', async (line) => {
    const words = line.split(' ');
    const [english, chinese] = await Promise.all([
      tallybook([...words, '--help']),
      tallybook([...words, '--help', '--lang', 'zh-CN']),
    ]);
    expect(english.code).toBe(0);
    expect(english.stdout).toContain(`Usage: tallybook ${line}`);
    expect(english.stdout).toMatch(new RegExp(`Examples:\n {2}tallybook ${line}`));
    expect(chinese.stdout).toContain('示例：');
    expect(chinese.stdout).toMatch(/\p{Script=Han}/u);
    // A key without a text would be shown as it is.
    expect(english.stdout + chinese.stdout).not.toMatch(/\b(about|option|usage)\.[a-z]/);
  });

  it('lists every command and the exit codes in its help, and prints help as one document with --json', async () => {
    const [plain, json, version] = await Promise.all([
      tallybook(['--help']),
      tallybook(['--help', '--json']),
      tallybook(['--version', '--json']),
    ]);
    for (const name of new Set(leaves.map((leaf) => leaf.split(' ')[0]))) expect(plain.stdout).toContain(`\n  ${name}`);
    expect(plain.stdout).toContain('130 cancelled');
    expect(json.json['help']).toContain('Usage: tallybook');
    expect(version.json['version']).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('takes an empty line for no PIN and no join code', async () => {
    for (const args of ['class list --pin-stdin', 'connection join -']) {
      const told = await tallybook(['--json', ...args.split(' ')], { stdin: ' \nnext\n' });
      expect([told.code, told.json.error.params['problem']], args).toEqual([2, 'stdin-empty']);
    }
  });

  it('says the same as a process of its own', async () => {
    const [wrong, help] = await Promise.all([
      spawned(['--json', 'student', 'add']),
      spawned(['student', 'add', '--help']),
    ]);
    expect(wrong.json.error.code).toBe('usage');
    expect(wrong).toMatchObject({ code: 2, stderr: '' });
    expect(help.stdout).toBe((await tallybook(['student', 'add', '--help'])).stdout);
  });

  it('speaks the language of the terminal unless told another', async () => {
    const [chinese, english] = await Promise.all([
      tallybook(['student', 'add'], { env: { LANG: 'zh_CN.UTF-8' } }),
      tallybook(['student', 'add', '--lang', 'en'], { env: { LANG: 'zh_CN.UTF-8' } }),
    ]);
    expect(chinese.stderr).toContain('缺少');
    expect(english.stderr).toContain('is missing');
  });
});
