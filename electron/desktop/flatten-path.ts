/** A point of a plane: x to the right, y down. */
export type Point = readonly [x: number, y: number];

/** Straight pieces a curve is cut into. */
const pieces = 16;

/** How many numbers each command takes; Z takes none. */
const counts: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, A: 7, Z: 0 };

/**
 * Cuts a path in the language of SVG 2 (chapter 9) into closed rings of straight pieces. Knows what icons are made of: M, L, H, V, C, S, A and Z, absolute and
 * relative. Throws on anything else.
 */
export function flattenPath(path: string): readonly (readonly Point[])[] {
  const rings: Point[][] = [];
  let at: Point = [0, 0];
  let start: Point = [0, 0];
  let control: Point | null = null;
  for (const { letter, numbers } of commandsOf(path)) {
    const isRelative = letter === letter.toLowerCase();
    const from = at;
    const point = (index: number): Point => {
      const [x, y] = [numbers[index] ?? 0, numbers[index + 1] ?? 0];
      return isRelative ? [from[0] + x, from[1] + y] : [x, y];
    };
    const ring = rings.at(-1) ?? [];
    let nextControl: Point | null = null;
    switch (letter.toUpperCase()) {
      case 'M':
        at = start = point(0);
        rings.push([at]);
        break;
      case 'L':
        at = point(0);
        ring.push(at);
        break;
      case 'H':
        at = [(numbers[0] ?? 0) + (isRelative ? at[0] : 0), at[1]];
        ring.push(at);
        break;
      case 'V':
        at = [at[0], (numbers[0] ?? 0) + (isRelative ? at[1] : 0)];
        ring.push(at);
        break;
      case 'C':
        at = point(4);
        nextControl = point(2);
        ring.push(...curve(from, point(0), nextControl, at));
        break;
      case 'S':
        at = point(2);
        nextControl = point(0);
        ring.push(...curve(from, control === null ? from : mirrored(control, from), nextControl, at));
        break;
      case 'A':
        at = point(5);
        ring.push(...arc(from, numbers, at));
        break;
      default:
        at = start;
    }
    control = nextControl;
  }
  return rings;
}

/** The commands of a path, one for each set of numbers; what follows a first M is an L. */
function commandsOf(path: string): readonly { readonly letter: string; readonly numbers: readonly number[] }[] {
  const found: { readonly letter: string; readonly numbers: readonly number[] }[] = [];
  for (const [, letter = '', rest = ''] of path.matchAll(/([a-df-z])([^a-df-z]*)/gi)) {
    const count = counts[letter.toUpperCase()];
    if (count === undefined) throw new Error(`a path has the command ${letter}`);
    if (count === 0) {
      found.push({ letter, numbers: [] });
      continue;
    }
    const numbers = numbersOf(rest, letter.toUpperCase() === 'A');
    for (let index = 0; index < numbers.length; index += count) {
      const follows = index > 0 && letter.toUpperCase() === 'M';
      found.push({
        letter: follows ? (letter === 'M' ? 'L' : 'l') : letter,
        numbers: numbers.slice(index, index + count),
      });
    }
  }
  return found;
}

/** Numbers as a path writes them, with nothing between where nothing is needed; the two flags of an arc may stand before the next number without a space. */
function numbersOf(text: string, isArc: boolean): readonly number[] {
  const found: number[] = [];
  const number = /[\s,]*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)/iy;
  const flag = /[\s,]*([01])/y;
  for (let from = 0; ;) {
    const next = isArc && [3, 4].includes(found.length % 7) ? flag : number;
    next.lastIndex = from;
    const match = next.exec(text);
    if (match === null) return found;
    found.push(Number(match[1]));
    from = next.lastIndex;
  }
}

function mirrored([x, y]: Point, [cx, cy]: Point): Point {
  return [2 * cx - x, 2 * cy - y];
}

function curve(a: Point, b: Point, c: Point, d: Point): readonly Point[] {
  return steps().map((t) => {
    const [p, q, r, s] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
    return [p * a[0] + q * b[0] + r * c[0] + s * d[0], p * a[1] + q * b[1] + r * c[1] + s * d[1]];
  });
}

/** An elliptical arc from its ends, by SVG 2, appendix B.2.4. */
function arc(from: Point, numbers: readonly number[], to: Point): readonly Point[] {
  const [rx0 = 0, ry0 = 0, degrees = 0, isLarge = 0, isSweep = 0] = numbers;
  if (rx0 === 0 || ry0 === 0 || (from[0] === to[0] && from[1] === to[1])) return [to];
  const turn = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [dx, dy] = [(from[0] - to[0]) / 2, (from[1] - to[1]) / 2];
  const [x, y] = [cos * dx + sin * dy, cos * dy - sin * dx];
  const grow = Math.sqrt(Math.max(1, (x / rx0) ** 2 + (y / ry0) ** 2));
  const [rx, ry] = [Math.abs(rx0) * grow, Math.abs(ry0) * grow];
  const sum = (rx * y) ** 2 + (ry * x) ** 2;
  const factor = (isLarge === isSweep ? -1 : 1) * Math.sqrt(Math.max(0, ((rx * ry) ** 2 - sum) / sum));
  const [cx, cy] = [(factor * rx * y) / ry, (-factor * ry * x) / rx];
  const begin = Math.atan2((y - cy) / ry, (x - cx) / rx);
  const raw = Math.atan2((-y - cy) / ry, (-x - cx) / rx) - begin;
  const whole = 2 * Math.PI;
  const angle = isSweep === 1 ? (raw < 0 ? raw + whole : raw) : raw > 0 ? raw - whole : raw;
  return steps().map((t) => {
    const [u, v] = [rx * Math.cos(begin + angle * t) + cx, ry * Math.sin(begin + angle * t) + cy];
    return [cos * u - sin * v + (from[0] + to[0]) / 2, sin * u + cos * v + (from[1] + to[1]) / 2];
  });
}

function steps(): readonly number[] {
  return Array.from({ length: pieces }, (_, index) => (index + 1) / pieces);
}
