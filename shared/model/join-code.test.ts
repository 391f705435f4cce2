import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJoinCode, encodeJoinCode, looksLikeJoinCode } from './join-code.ts';
import type { JoinCode } from './join-code.ts';

const sample: JoinCode = {
  host: '127.0.0.1',
  port: 20_432,
  database: 'tallybook',
  role: 'tallybook_join_0123456789ab',
  secret: '00112233445566778899aabbccddeeff0011223344556677',
  fingerprint: Array.from({ length: 32 }, (_, index) => (index * 7).toString(16).padStart(2, '0').toUpperCase()).join(
    ':',
  ),
  classId: '0198f3a2-7c1e-7d52-9a40-0123456789ab',
  className: '五年级二班 5B',
  device: '',
};

const hexBytes = (count: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: count, maxLength: count }).map((bytes) => Buffer.from(bytes).toString('hex'));

const joinCodes: fc.Arbitrary<JoinCode> = fc.record({
  host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant('256.1.1.1'), fc.constant('01.2.3.4')),
  port: fc.integer({ min: 1, max: 65_535 }),
  database: fc.oneof(fc.constant('tallybook'), fc.string({ unit: 'grapheme', maxLength: 20 })),
  role: fc.oneof(
    hexBytes(6).map((hex) => `tallybook_join_${hex}`),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  ),
  secret: fc.oneof(hexBytes(24), hexBytes(32), fc.string({ unit: 'grapheme', maxLength: 40 })),
  fingerprint: hexBytes(32).map((hex) => hex.toUpperCase().match(/../g)?.join(':') ?? ''),
  classId: fc.uuid(),
  className: fc.string({ unit: 'grapheme', maxLength: 120 }),
  device: fc.string({ unit: 'grapheme-ascii', maxLength: 24 }).map((text) => text.trim()),
});

function reasonOf(text: string): unknown {
  try {
    return decodeJoinCode(text);
  } catch (error) {
    return error;
  }
}

describe('a join code', () => {
  it('looks the same in every release of version 1', () => {
    expect(encodeJoinCode(sample)).toMatchInlineSnapshot(
      `"TB1-1W0SH-WX2FG-F7TMM-T800J-6HB7H-6NG01-RE2ME-26AHH-70ZMC-KAMBD-H6JW3-QFT2R-S4WTM-6MAZD-NXRK5-X5PAF-T1ZG0-00104-HMASW-9NCC0-04926-D25AS-KQH2C-TNEYC-VQQFY-00H48-SM8NB-6EW9E-9EMMW-PWV9S-XTMZJ-BN377-HYPJ0-DA236-YV4M8"`,
    );
  });

  it('stays under 240 characters for a usual class, shared from a PC with a usual name', () => {
    expect(encodeJoinCode({ ...sample, device: 'Room 301 PC' }).length).toBeLessThan(240);
  });

  it('cuts a long name of the PC, and nothing else', () => {
    const { device, ...rest } = decodeJoinCode(encodeJoinCode({ ...sample, device: '三零一教室的电脑'.repeat(20) }));
    expect(device).toBe('三零一教室的电脑'.repeat(3));
    expect({ ...rest, device: '' }).toEqual(sample);
  });

  it('gives back whatever was put in', () => {
    fc.assert(
      fc.property(joinCodes, (code) => {
        expect(decodeJoinCode(encodeJoinCode(code))).toEqual(code);
      }),
    );
  });

  it('is read in lower case, without dashes, over several lines, full-width, and with O, I and L for 0 and 1', () => {
    const text = encodeJoinCode(sample);
    const fullWidth = text.replaceAll(/[!-~]/g, (char) => String.fromCodePoint(char.charCodeAt(0) + 0xfee0));
    const variants = [
      text.toLowerCase(),
      text.replaceAll('-', ''),
      ` \u200B${text.replaceAll('-', ' –\r\n')}\uFEFF\n`,
      fullWidth,
      text.replaceAll('0', 'o').replaceAll('1', 'l'),
      text.replaceAll('0', 'O').replaceAll('1', 'I'),
    ];
    for (const variant of variants) expect(decodeJoinCode(variant)).toEqual(sample);
  });

  it('is refused when one symbol is wrong, missing, doubled or swapped with its neighbour', () => {
    const text = encodeJoinCode(sample).replaceAll('-', '');
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: text.length - 2 }),
        fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'.split('')),
        (at, other) => {
          const char = text.charAt(at);
          const next = text.charAt(at + 1);
          const wrong = [
            text.slice(0, at) + other + text.slice(at + 1),
            text.slice(0, at) + text.slice(at + 1),
            text.slice(0, at) + char + text.slice(at),
            text.slice(0, at) + next + char + text.slice(at + 2),
          ].filter((variant) => variant !== text);
          for (const variant of wrong)
            expect(reasonOf(variant)).toMatchObject({ code: 'join-code-invalid', params: { reason: 'typo' } });
        },
      ),
    );
  });

  it('says why a text is none', () => {
    const text = encodeJoinCode(sample);
    const reasons: [string, string][] = [
      ['', 'not-a-code'],
      ['db.school.example', 'not-a-code'],
      ['TB', 'not-a-code'],
      ['x'.repeat(5000), 'not-a-code'],
      [text.replace('TB1', 'TB2'), 'newer'],
      [text.replace(/.$/, 'U'), 'character'],
      [text.replace(/.$/, '*'), 'character'],
      ['TB1', 'typo'],
      [text.slice(0, -12), 'typo'],
    ];
    for (const [given, reason] of reasons) {
      expect(reasonOf(given), given.slice(0, 20)).toMatchObject({ code: 'join-code-invalid', params: { reason } });
    }
  });

  it('is refused in the same way whatever else is pasted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `TB1${text}`),
        ),
        (text) => {
          expect(reasonOf(text)).toMatchObject({ code: 'join-code-invalid' });
        },
      ),
    );
  });

  it('is told from an address by how it begins', () => {
    expect(looksLikeJoinCode(` ${encodeJoinCode(sample).toLowerCase()}`)).toBe(true);
    expect(looksLikeJoinCode('tb1.school.example')).toBe(false);
    expect(looksLikeJoinCode('postgres://school/5b')).toBe(false);
  });

  it('is not made of data that cannot be right', () => {
    for (const wrong of [{ port: 0 }, { port: 70_000 }, { classId: 'x' }, { fingerprint: 'ab' }]) {
      expect(() => encodeJoinCode({ ...sample, ...wrong })).toThrow(RangeError);
    }
  });
});
