/**
 * A network address as one text: version 4 in plain decimal, version 6 in lower case with the longest run of zeros left out, and the length of the net only
 * where it is not the whole address. `undefined` for what is none; an address with a zone (`%eth0`) means something on one machine only.
 */
export function canonicalInet(text: string): string | undefined {
  const match = /^([0-9a-fA-F:.]{2,45})(?:\/(\d{1,3}))?$/.exec(text);
  if (match === null) return undefined;
  const [, address = '', net] = match;
  const four = !address.includes(':');
  const shown = four ? versionFour(address)?.join('.') : versionSix(address);
  const whole = four ? 32 : 128;
  const bits = net === undefined ? whole : Number(net);
  if (shown === undefined || bits > whole) return undefined;
  return bits === whole ? shown : `${shown}/${bits}`;
}

function versionFour(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const numbers = parts.map(Number);
  const sound = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part));
  return sound && numbers.every((part) => part <= 255) ? numbers : undefined;
}

function versionSix(text: string): string | undefined {
  const groups = groupsOf(text);
  if (groups === undefined) return undefined;
  const run = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

/** The eight numbers of an address, its last two perhaps written as version 4. */
function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [halves[0] ?? '', halves[1]].map((half) => (half === undefined ? [] : groupList(half)));
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : undefined;
  return missing < 1 ? undefined : [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function groupList(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 && part.includes('.') ? versionFour(part) : undefined;
    if (four !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = four;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
