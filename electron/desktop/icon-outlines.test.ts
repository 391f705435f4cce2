import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { drawnIcons } from '../../renderer/shell/drawn-icons.ts';
import { drawIcon } from './draw-icon.ts';
import { flattenPath } from './flatten-path.ts';
import { iconOutlines } from './icon-outlines.ts';

test('R3: the tray draws the outlines the page draws', () => {
  const inPage = Object.fromEntries(
    Object.entries(drawnIcons).map(([name, Icon]) => {
      const svg = renderToStaticMarkup(createElement(Icon));
      const box = /viewBox="(\S+) (\S+) (\S+) \3"/.exec(svg)?.slice(1).map(Number);
      return [name, { box, paths: [...svg.matchAll(/ d="([^"]+)"/g)].map((match) => match[1]) }];
    }),
  );
  expect(iconOutlines).toEqual(inPage);
});

test('an icon is a PNG of the size it is asked for', () => {
  const drawn = drawIcon(iconOutlines.tick, 24, 'tile');
  expect(drawn.subarray(1, 4).toString()).toBe('PNG');
  expect([drawn.readUInt32BE(16), drawn.readUInt32BE(20)]).toEqual([24, 24]);
});

test('no two icons look alike, in either look, also where they are smallest', () => {
  for (const look of ['tile', 'template'] as const) {
    const drawn = Object.values(iconOutlines).map((outline) => drawIcon(outline, 16, look).toString('base64'));
    expect(new Set(drawn).size).toBe(drawn.length);
  }
});

test('a path is cut into what it draws: lines, curves, arcs, and figures without anything between', () => {
  expect(flattenPath('M1 1h2v2H1z')).toEqual([
    [
      [1, 1],
      [3, 1],
      [3, 3],
      [1, 3],
    ],
  ]);
  expect(flattenPath('M0 0l.5-.5-1e1 0zm2 2 1 1')).toEqual([
    [
      [0, 0],
      [0.5, -0.5],
      [-9.5, -0.5],
    ],
    [
      [2, 2],
      [3, 3],
    ],
  ]);
  // Half a circle around (5, 0), its flags written together with the number behind them.
  const [half = []] = flattenPath('M0 0a5 5 0 0110 0');
  for (const [x, y] of half) expect(Math.hypot(x - 5, y)).toBeCloseTo(5);
  expect(Math.min(...half.map(([, y]) => y))).toBeCloseTo(-5);
  expect(half.at(-1)?.[0]).toBeCloseTo(10);
  // A smooth curve goes on as the one before it ended.
  const [smooth = []] = flattenPath('M0 0C0 1 1 1 1 0S2-1 2 0');
  expect(smooth.at(-1)).toEqual([2, 0]);
  expect(Math.min(...smooth.map(([, y]) => y))).toBeCloseTo(-0.75);
  expect(() => flattenPath('M0 0Q1 1 2 2')).toThrow('the command Q');
});
