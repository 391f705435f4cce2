import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newDevice, ownFolder, startTallybook, tallybook, told } from './support/run-tallybook.ts';

describe('a command as a process of its own', { timeout: 60_000 }, () => {
  it('runs the engine itself, prints one document and leaves the folder free', async () => {
    const device = await newDevice();
    const run = async (...args: readonly string[]) =>
      await tallybook(['--data', device.folder, '--device', 'Library', '--json', ...args]);
    const made = await run('class', 'create', '5B');
    expect(made.code, made.stderr).toBe(0);
    expect(made.json.items[0]).toMatchObject({ name: '5B' });
    expect(made.stderr).toBe('');
    const student = String((await run('student', 'add', 'Li Wei')).json.items[0]?.id);
    const event = await run('score', 'add', '--student', student, '--delta', '2', '--text', 'Homework');
    expect(event.json.items[0]).toMatchObject({ device: 'Library' });
    const total = await tallybook(['--data', device.folder, 'totals']);
    expect(total.stdout).toMatch(/Li Wei\s+2\s+2/);
    const files = await readdir(device.folder);
    expect(files.filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('names a device on first use only, and says so when it has another name', async () => {
    const device = await newDevice('Room 301 PC');
    await device.json(['class', 'list']);
    const second = await tallybook(['--data', device.folder, '--device', 'Other', 'class', 'list']);
    expect(second.stderr).toContain('Room 301 PC');
    const quiet = await tallybook(['--data', device.folder, '--device', 'Other', '--quiet', 'class', 'list']);
    expect(quiet.stderr).toBe('');
  });

  it('talks to the app that owns the folder, which goes on', async () => {
    const device = await newDevice();
    const owner = await ownFolder(device);
    const changed: string[] = [];
    owner.client.onEvent((event) => changed.push(event.name));
    const made = await tallybook(['--data', device.folder, '--json', 'class', 'create', '5B']);
    expect(made.code, made.stdout + made.stderr).toBe(0);
    expect((await owner.client.call('class.list', {})).items).toMatchObject([{ name: '5B' }]);
    expect(changed).toContain('app.changed');
  });

  it('lets commands that start at the same time all do their work', async () => {
    const device = await newDevice();
    await device.json(['class', 'create', '5B']);
    const numbers = Array.from({ length: 6 }, (_, index) => String(index));
    const runs = await Promise.all(
      numbers.map(
        async (number) =>
          await tallybook([
            '--data',
            device.folder,
            '--json',
            'student',
            'add',
            `Student ${number}`,
            '--number',
            number,
          ]),
      ),
    );
    expect(
      runs.map((run) => run.code),
      runs.map((run) => run.stdout + run.stderr).join(''),
    ).toEqual(numbers.map(() => 0));
    expect((await device.json(['student', 'list'])).items).toHaveLength(numbers.length);
  });

  it('follows the log until Ctrl+C, as one document', async () => {
    const device = await newDevice();
    const child = startTallybook(['--data', device.folder, '--json', 'log', '--follow']);
    const end = told(child);
    // The lines so far are there: it follows now.
    child.stdout?.on('data', (chunk: string) => {
      if (chunk.includes('engine.started')) child.kill('SIGINT');
    });
    const { code, json } = await end;
    expect(code).toBe(0);
    expect(json.items.map((item) => item['event'])).toContain('engine.started');
  });

  it('leaves no password in any file of the data folder', async () => {
    const device = await newDevice();
    await device.json(['class', 'create', '5B']);
    const args = [
      'connection',
      'add',
      'school',
      '--host',
      '127.0.0.1',
      '--port',
      '1',
      '--database',
      'd',
      '--user',
      'u',
    ];
    const added = await tallybook(['--data', device.folder, '--json', ...args, '--password-stdin'], {
      stdin: 'canary-9Z\n',
    });
    expect(added.code, added.stdout + added.stderr).toBe(0);
    await tallybook(['--data', device.folder, '--json', 'preview'], { env: { TALLYBOOK_PASSWORD: 'canary-9Z' } });
    const entries = await readdir(device.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const holding = [];
    for (const file of files) if ((await readFile(file)).includes('canary-9Z')) holding.push(file);
    expect(holding).toEqual([]);
  });
});
