import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectToOwner } from '../../electron/engine/owner-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

const browserShell = fileURLToPath(new URL('../../out/main/browser.js', import.meta.url));

interface Shell {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  /** The exit code, once everything it said has come. */
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Shell {
  const child = spawn(process.execPath, [browserShell, ...args], {
    env: { ...process.env, LC_ALL: 'en_GB.UTF-8', ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { child, said, ended };
}

async function opened(shell: Shell): Promise<{ readonly address: string; readonly token: string }> {
  const line = /^Tallybook is open at (http:\/\/127\.0\.0\.1:\d+\/)#token=([\w-]{43})\n$/;
  return await vi.waitFor(
    () => {
      const [, address, token] = line.exec(shell.said.out) ?? [];
      if (address === undefined || token === undefined)
        throw new Error(`not open yet: ${shell.said.out}${shell.said.err}`);
      return { address, token };
    },
    { timeout: 15_000, interval: 20 },
  );
}

test('the shell prints its address in one line, serves the page and closes in good order', async () => {
  const folder = tempFolder();
  const shell = start(['--data', folder, '--device', 'Room 301 PC', '--lang', 'en', '--print']);
  const { address } = await opened(shell);
  const page = await fetch(address);
  expect(page.status).toBe(200);
  expect(await page.text()).not.toContain('__CSP_NONCE__');
  const client = await connectToOwner(folder);
  expect(await client.call('app.state', {})).toMatchObject({ device: { name: 'Room 301 PC' }, language: 'en' });
  client.close();
  shell.child.kill('SIGINT');
  expect(await shell.ended).toBe(0);
  expect(existsSync(join(folder, 'engine.lock'))).toBe(false);
  expect(existsSync(join(folder, 'app.db-wal'))).toBe(false);
});

test('a second start on the same folder says who has it and ends with 7', async () => {
  const folder = tempFolder();
  await opened(start(['--data', folder, '--print']));
  const second = start(['--data', folder, '--print']);
  expect(await second.ended).toBe(7);
  expect(second.said.out).toBe('');
  expect(second.said.err).toMatch(/^This data folder is open in Tallybook in the browser \(since .*\)\.\n$/);
});

test('the folder of a shell that was killed is taken over', async () => {
  const folder = tempFolder();
  const first = start(['--data', folder, '--print']);
  await opened(first);
  first.child.kill('SIGKILL');
  await first.ended;
  await opened(start(['--data', folder, '--print']));
});

test('the token is nowhere in the data folder', async () => {
  const folder = tempFolder();
  const { token } = await opened(start(['--data', folder, '--print']));
  for (const file of ['engine.lock', 'logs/engine.log', 'logs/browser.log']) {
    expect(readFileSync(join(folder, file), 'utf8')).not.toContain(token);
  }
});

test.each([[['--port', 'many']], [['--lang', 'fr']], [['--unknown']], [['a file']]])(
  '%o is refused with how it is used',
  async (args) => {
    const shell = start(['--data', tempFolder(), ...args]);
    expect(await shell.ended).toBe(2);
    expect(shell.said.err).toContain('--data FOLDER');
  },
);

test('a port that is taken is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const folder = tempFolder();
  const shell = start(['--data', folder, '--print', '--port', String(port)]);
  expect(await shell.ended).toBe(2);
  expect(shell.said.err).toContain(String(port));
  expect(existsSync(join(folder, 'engine.lock'))).toBe(false);
});

test('data that cannot be opened is refused in words', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'app.db'), 'no database');
  const shell = start(['--data', folder, '--print']);
  expect(await shell.ended).toBe(8);
  expect(shell.said.err).not.toMatch(/at \w+|Error:|\.js:/);
});

test('where no window can be opened the reason is said and the app goes on', async ({ skip }) => {
  skip(process.platform !== 'linux', 'other systems always have a display');
  const shell = start(['--data', tempFolder()], { DISPLAY: '', WAYLAND_DISPLAY: '' });
  const { address } = await opened(shell);
  await vi.waitFor(() => expect(shell.said.err).toContain('There is no display here.'));
  expect((await fetch(address)).status).toBe(200);
});

test('the window gets a ticket that is good once, never the token, and a profile of its own', async ({ skip }) => {
  skip(process.platform !== 'linux', 'the program that stands in for a browser is a shell script');
  skip(process.getuid?.() === 0, 'no window is opened for root');
  const folder = tempFolder();
  const program = join(tempFolder(), 'browser');
  const record = `${program}.args`;
  // Stands in for an installed browser: notes how it was started, whole or not at all, and stays until it is closed.
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${record}.part'\nmv '${record}.part' '${record}'\nexec sleep 60\n`,
  );
  chmodSync(program, 0o700);
  const shell = start(['--data', folder], { DISPLAY: ':0', TALLYBOOK_CHROMIUM: program });
  const { address, token } = await opened(shell);
  const args = await vi.waitFor(() => readFileSync(record, 'utf8').trimEnd().split('\n'));
  expect(args[0]).toMatch(new RegExp(`^--app=${address}#ticket=[\\w-]{43}$`));
  expect(args.join(' ')).not.toContain(token);
  expect(args).toContain(`--user-data-dir=${join(folder, 'cache', 'browser')}`);
});
