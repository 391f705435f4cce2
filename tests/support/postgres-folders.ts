import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The data directories a test server's folder may have: its own, or one that was moved to where another account can reach it. */
export async function testDataDirs(folder: string): Promise<string[]> {
  const moved = await readdir(join(folder, 'shared')).catch(() => []);
  return [folder, ...moved.map((name) => join(folder, 'shared', name))].map((home) => join(home, 'pgdata'));
}
