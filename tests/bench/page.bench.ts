/** How long the page takes until a teacher can tap a student, and what the app takes of the memory meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { createTexts } from '../../shared/text/text.ts';
import { openShellClient } from '../e2e/support/shell-client.ts';
import { startShell, type ShellProcess } from '../e2e/support/shell-process.ts';
import { prepareChromium } from '../support/chromium.ts';
import { measure } from './support/bench.ts';

const rounds = 12;
const { t } = createTexts('en');

/** From the first request of a browser that knows nothing of the app to a card that answers to a tap. */
async function openPage(
  browser: Browser,
  shell: ShellProcess,
): Promise<{ readonly card: number; readonly chosen: number }> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
  try {
    const page = await context.newPage();
    const since = performance.now();
    await page.goto(`${shell.origin}/#token=${shell.token}`, { waitUntil: 'commit' });
    const card = page
      .getByRole('listbox', { name: t('class:board') })
      .getByRole('option')
      .first();
    await card.waitFor();
    const shown = performance.now() - since;
    // A click waits until the card can be clicked; that it is chosen shows that the page listens.
    await card.click();
    await page.getByRole('group', { name: t('class:give') }).waitFor();
    return { card: shown, chosen: performance.now() - since };
  } finally {
    await context.close();
  }
}

/** A page of the same browser that has nothing to fetch. */
async function openEmpty(browser: Browser): Promise<number> {
  const context = await browser.newContext();
  const page: Page = await context.newPage();
  const since = performance.now();
  await page.goto('data:text/html,<button>Ready</button>');
  await page.getByRole('button').click();
  const took = performance.now() - since;
  await context.close();
  return took;
}

/** Memory of a process in megabytes, now and at most; only Linux says it. */
function residentOf(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: kilobytes('VmRSS'), most: kilobytes('VmHWM') };
}

await measure(async (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-'));
  const since = performance.now();
  let shell = await startShell({ folder, device: 'Room 301' });
  const firstStart = performance.now() - since;
  const first = openShellClient(shell);
  const { id: classId } = await first.call('class.create', { name: '5B', sample: true });
  first.close();
  await shell.stop();

  const starts: number[] = [firstStart];
  for (let round = 0; round < 3; round += 1) {
    const began = performance.now();
    shell = await startShell({ folder });
    starts.push(performance.now() - began);
    if (round < 2) await shell.stop();
  }
  bench.figure({
    id: 'shell-start',
    what: 'Starting the browser shell until it has printed its address',
    values: starts,
  });

  const browser = await chromium.launch(await prepareChromium());
  const empty: number[] = [];
  const cards: number[] = [];
  const chosen: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const least = await openEmpty(browser);
    const opened = await openPage(browser, shell);
    if (round < 0) continue;
    empty.push(least);
    cards.push(opened.card);
    chosen.push(opened.chosen);
  }
  const floor = { what: 'The same browser opens a page that is one button, and clicks it', values: empty };
  bench.figure({
    id: 'page-first-card',
    what: 'From opening the page to the first student card, sample class',
    values: cards,
    floor,
  });
  bench.figure({
    id: 'page-usable',
    what: 'From opening the page until a tapped student card has answered, sample class',
    values: chosen,
    floor,
    limit: { of: 'median', value: 1_500 },
  });

  if (process.platform === 'linux') {
    const bare = spawn(process.execPath, ['--eval', 'console.log(0); setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(bare.stdout, 'data');
    const least = { what: 'A Node that does nothing', values: [residentOf(bare.pid ?? 0).now] };
    bare.kill();
    const client = openShellClient(shell);
    const idle = residentOf(shell.pid);
    const ids = (await client.call('student.list', { classId })).items.map(({ id }) => id);
    for (let count = 0; count < 500; count += 1)
      await client.call('score.add', {
        classId,
        studentIds: [ids[count % ids.length] ?? ''],
        award: { delta: 1, text: 'Homework' },
      });
    const worked = residentOf(shell.pid);
    client.close();
    bench.figure({
      id: 'memory',
      what: 'Memory (RSS) of the whole app process, shell and engine, with the sample class open in a page',
      unit: 'MB',
      values: [idle.now],
      floor: least,
      limit: { of: 'max', value: 150 },
    });
    bench.figure({ id: 'memory-worked', what: 'The same after 500 points', unit: 'MB', values: [worked.now] });
    bench.figure({ id: 'memory-peak', what: 'The most it ever took', unit: 'MB', values: [worked.most] });
  }
  await browser.close();
  await shell.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});
