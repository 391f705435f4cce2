import type { ReasonItem } from '../../../shared/contract/roster.ts';
import { createAreaStore } from '../../area-store.ts';
import { call } from '../../client.ts';

/** The preset reasons of the open class, in their order. */
export const reasonsStore = createAreaStore<readonly ReasonItem[]>(['reasons'], async (classId) => {
  const { items } = await call('reason.list', { classId });
  return items;
});

/** Reasons under their categories as they are shown, in the order of their first reason; those without a category come last. */
export function byCategory(
  reasons: readonly ReasonItem[],
  categoryOf: (reason: ReasonItem) => string | null,
): readonly { readonly category: string | null; readonly reasons: readonly ReasonItem[] }[] {
  const groups = new Map<string | null, ReasonItem[]>();
  for (const reason of reasons) {
    const key = categoryOf(reason);
    groups.set(key, [...(groups.get(key) ?? []), reason]);
  }
  return [...groups]
    .map(([category, list]) => ({ category, reasons: list }))
    .toSorted((a, b) => Number(a.category === null) - Number(b.category === null));
}
