import type { Page } from '@playwright/test';

/** What people touch. */
const targets = [
  'button',
  'a[href]',
  'input:not([type=hidden])',
  'textarea',
  'summary',
  '[role=button]',
  '[role=switch]',
  '[role=menuitem]',
  '[role=option]',
].join(',');

/** The part that takes the touch, where the control itself is drawn by what is around it. */
const around =
  '[role=gridcell], [role=columnheader], .ant-input-number, .ant-input-affix-wrapper, .ant-select, .ant-checkbox-wrapper, .ant-radio-wrapper, .ant-segmented-item';

/**
 * Targets in sight that are smaller than a finger needs, in words. What stands in a line of text may be as high as the line. What stands in a line of a list is hit
 * anywhere in its cell, small buttons have a line of their own beside them, and a switch takes the finger around its track; none of it is below 24 pixels.
 */
export async function smallTargets(page: Page, least: number): Promise<readonly string[]> {
  return await page.evaluate(
    ({ targets: wanted, around: outer, least: usual }) => {
      const leastHeight = (target: HTMLElement): number => {
        const part = target.closest('.ant-input-affix-wrapper, .ant-select') !== null && target.tagName === 'BUTTON';
        if (part || target.closest('[role=grid]') !== null) return 24;
        if (target.closest('.ant-switch') !== null) return Math.min(usual, 32);
        return target.closest('.ant-btn-sm') === null ? usual : Math.min(usual, 36);
      };
      const found = [...document.querySelectorAll<HTMLElement>(wanted)].flatMap((target) => {
        const { width, height } = (target.closest<HTMLElement>(outer) ?? target).getBoundingClientRect();
        const { display, visibility } = getComputedStyle(target);
        const hidden =
          width <= 1 || height <= 1 || visibility === 'hidden' || target.closest('[aria-hidden=true]') !== null;
        if (hidden || (target.tagName === 'A' && display === 'inline')) return [];
        const high = leastHeight(target);
        const name = target.getAttribute('aria-label') ?? target.textContent.trim().slice(0, 60);
        const size = `${Math.round(width)}×${Math.round(height)}`;
        return height < high - 0.5 || width < 24 ? [`${target.tagName} ${name}: ${size}, not ${high}`] : [];
      });
      return [...new Set(found)];
    },
    { targets, around, least },
  );
}
