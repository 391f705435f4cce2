/**
 * Ends a test cluster and removes its folder when the process that started it is gone, however it went: then the standard
 * input of this one ends. Usage: node postgres-watchdog.ts FOLDER
 */
import { rm } from 'node:fs/promises';
import { isProcessAlive, readPostmasterFile } from '../../electron/builtin-server/postmaster.ts';
import { waitUntil } from '../../electron/builtin-server/wait-until.ts';
import { testDataDirs } from './postgres-folders.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node postgres-watchdog.ts FOLDER');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume().on('close', () => void end(folder));

async function end(path: string): Promise<void> {
  for (const dataDir of await testDataDirs(path)) await endServer(dataDir);
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

async function endServer(dataDir: string): Promise<void> {
  await waitUntil(
    async () => {
      const file = await readPostmasterFile(dataDir);
      if (file === undefined || !isProcessAlive(file.pid)) return true;
      process.kill(file.pid, 'SIGQUIT');
      return undefined;
    },
    { deadlineMs: 20_000, everyMs: 50 },
  );
}
