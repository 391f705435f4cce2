import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const serverFile = z.object({
  /** The port other devices know from their join code; the server may have had to take another one for a while. */
  port: z.int().min(1).max(65_535).nullable(),
  keepRunning: z.boolean(),
  /** Somebody stopped it on purpose: it does not start with the app. */
  stopped: z.boolean().default(false),
});

/** What is remembered of the built-in server between starts. No secret is in it. */
export type ServerFile = Readonly<z.infer<typeof serverFile>>;

/** Reads what is remembered; an unreadable file counts as none, because all of it can be chosen again. */
export async function readServerFile(folder: string): Promise<ServerFile> {
  const text = await readFile(join(folder, 'server.json'), 'utf8').catch(() => 'null');
  try {
    return serverFile.parse(JSON.parse(text));
  } catch {
    return { port: null, keepRunning: false, stopped: false };
  }
}

/** Replaces what is remembered, whole or not at all. */
export async function writeServerFile(folder: string, file: ServerFile): Promise<void> {
  const path = join(folder, 'server.json');
  await writeFile(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
