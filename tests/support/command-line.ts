import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));

/** A command line that runs: its process, and what it printed and its exit code once it has ended (code null when it was killed). */
export interface RunningCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts `tallybook` on a data folder, with the password in its environment. */
export function startCommand(folder: string, password: string, args: readonly string[]): RunningCommand {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, '--data', folder, ...args, '--json'],
    {
      env: { ...process.env, TALLYBOOK_PASSWORD: password },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; stdout: string; stderr: string }>();
  child.on('close', (code) => resolve({ code, stdout, stderr }));
  return { process: child, ended: promise };
}

/** Kills it without a chance to tidy up, and waits until it is gone. */
export async function killCommand(command: RunningCommand): Promise<void> {
  command.process.kill('SIGKILL');
  await command.ended;
}
