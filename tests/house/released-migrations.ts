import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Released migrations that are no longer what they were: gone, or with another content.
 *
 * @param released path and SHA-256 of each, as recorded in released-migrations.json when a version is released
 */
export function changedMigrations(root: string, released: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(released)
    .filter(([path, hash]) => !existsSync(join(root, path)) || sha256(join(root, path)) !== hash)
    .map(([path]) => path);
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
