import { readFile } from 'node:fs/promises';
import { resolveFile } from '../../shared/contract/sync.ts';
import type { ResolveFile } from '../../shared/contract/sync.ts';
import { AppError } from '../../shared/errors.ts';
import { isId } from '../../shared/model/ids.ts';

/** The decisions of a `--resolve` file. Anything but the documented form, or decisions for another plan, is `resolve-invalid` with the place. */
export async function readResolveFile(file: string, planId: string | undefined): Promise<ResolveFile> {
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) throw new AppError('resolve-invalid', { reason: 'unreadable' });
  const parsed = resolveFile.safeParse(parse(content));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    // A word nobody knows is named itself, not only the place that holds it.
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const place = [...(issue?.path ?? []), ...unknown].map(String).join('.');
    throw new AppError('resolve-invalid', { reason: 'form', place: place.slice(0, 100) });
  }
  const decisions = parsed.data;
  if (!isId(decisions.planId)) throw new AppError('resolve-invalid', { reason: 'form', place: 'planId' });
  if (planId !== undefined && decisions.planId.toLowerCase() !== planId) {
    throw new AppError('resolve-invalid', { reason: 'other-plan', place: 'planId' });
  }
  return { ...decisions, planId: decisions.planId.toLowerCase() };
}

function parse(content: string): unknown {
  try {
    const value: unknown = JSON.parse(content.replace(/^\uFEFF/, ''));
    return value;
  } catch {
    throw new AppError('resolve-invalid', { reason: 'not-json' });
  }
}
