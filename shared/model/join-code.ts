import { AppError } from '../errors.ts';
import { ByteReader, ByteWriter, crc32 } from './byte-packing.ts';
import { decodeCrockford, encodeCrockford, tidyCrockford } from './crockford.ts';

/** All that another device needs to join a class: where the server is, who logs in, whom to trust, which class. */
export interface JoinCode {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly role: string;
  /** The role's password. Whoever has the code has it. */
  readonly secret: string;
  /** SHA-256 of the server's certificate: upper-case hex pairs with colons. */
  readonly fingerprint: string;
  /** A UUID in lower case. */
  readonly classId: string;
  readonly className: string;
  /** What the PC that shares the class is called, for those who join; at most `longestDevice` characters, empty where it has no name. */
  readonly device: string;
}

/** A longer name of a PC would make a code that nobody can read out. */
const longestDevice = 24;

/** Why a text is no join code: the code of the text that says so. */
export type JoinCodeFault = 'not-a-code' | 'newer' | 'character' | 'typo';

const prefix = 'TB';
const version = 1;
const usualDatabase = 'tallybook';
const usualRole = /^tallybook_join_([0-9a-f]{12})$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const fingerprintShape = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/;
/** Longer texts are refused unread. */
const longestText = 4000;

/**
 * Writes a join code: "TB1-", then groups of five symbols. The data is packed (what is usual takes no room) and ends with a
 * checksum, so a mistyped symbol is noticed. Throws `RangeError` for data that no server of ours has.
 */
export function encodeJoinCode(code: JoinCode): string {
  if (!uuid.test(code.classId) || !fingerprintShape.test(code.fingerprint) || code.port < 1 || code.port > 65_535) {
    throw new RangeError('not the data of a join code');
  }
  const writer = new ByteWriter();
  const address = ipv4Bytes(code.host);
  const role = usualRole.exec(code.role)?.[1];
  const usual = code.database === usualDatabase;
  const hexSecret = /^([0-9a-f]{2}){1,100}$/.test(code.secret);
  const device = clipped(code.device);
  const flags = [address !== undefined, usual, role !== undefined, hexSecret, device !== ''];
  writer.byte(flags.reduce((sum, flag, place) => sum + (flag ? 1 << place : 0), 0));
  writer.hex(code.classId.replaceAll('-', ''));
  writer.hex(code.fingerprint.replaceAll(':', ''));
  writer.byte(code.port >> 8);
  writer.byte(code.port & 255);
  if (address === undefined) writer.text(code.host);
  else for (const part of address) writer.byte(part);
  if (!usual) writer.text(code.database);
  if (role === undefined) writer.text(code.role);
  else writer.hex(role);
  if (hexSecret) writer.byte(code.secret.length / 2);
  if (hexSecret) writer.hex(code.secret);
  else writer.text(code.secret);
  writer.text(code.className);
  if (device !== '') writer.text(device);
  const packed = writer.bytes();
  const checked = [...packed, ...checksum(packed)];
  const groups = encodeCrockford(checked).match(/.{1,5}/g) ?? [];
  return [`${prefix}${version}`, ...groups].join('-');
}

/**
 * Reads a join code, however it was broken, spaced or typed, with words before or after it left away by the caller.
 * Throws `join-code-invalid` with the `reason` (a `JoinCodeFault`).
 */
export function decodeJoinCode(text: string): JoinCode {
  if (text.length > longestText) throw fault('not-a-code');
  const tidy = tidyCrockford(text);
  if (!tidy.startsWith(prefix) || !/^\d$/.test(tidy.charAt(prefix.length))) throw fault('not-a-code');
  if (tidy.charAt(prefix.length) !== String(version)) throw fault('newer');
  const symbols = tidy.slice(prefix.length + 1);
  if (!/^[0-9A-HJKMNP-TV-Z]*$/.test(symbols)) throw fault('character');
  const checked = decodeCrockford(symbols);
  if (checked === undefined || checked.length < 5) throw fault('typo');
  const packed = checked.slice(0, -4);
  if (checksum(packed).some((byte, index) => byte !== checked[packed.length + index])) throw fault('typo');
  try {
    return unpack(new ByteReader(packed));
  } catch {
    throw fault('typo');
  }
}

/** Whether a user name is one that a code was made for: no person ever saw its password. */
export function isJoinRole(user: string): boolean {
  return usualRole.test(user);
}

/** Whether a text begins like a join code; for telling it from an address in one input field. */
export function looksLikeJoinCode(text: string): boolean {
  return /^TB\d[0-9A-Z]{20}/.test(tidyCrockford(text.slice(0, longestText)));
}

function unpack(reader: ByteReader): JoinCode {
  const flags = reader.byte();
  const classId = reader.hex(16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const fingerprint = reader.hex(32).toUpperCase().match(/../g)?.join(':') ?? '';
  const port = reader.byte() * 256 + reader.byte();
  const host =
    (flags & 1) === 0 ? reader.text() : [reader.byte(), reader.byte(), reader.byte(), reader.byte()].join('.');
  const database = (flags & 2) === 0 ? reader.text() : usualDatabase;
  const role = (flags & 4) === 0 ? reader.text() : `tallybook_join_${reader.hex(6)}`;
  const secret = (flags & 8) === 0 ? reader.text() : reader.hex(reader.byte());
  const className = reader.text();
  const device = (flags & 16) === 0 ? '' : reader.text();
  if (flags > 31 || port === 0 || host === '' || !reader.atEnd()) throw new RangeError('not a join code');
  return { host, port, database, role, secret, fingerprint, classId, className, device };
}

function clipped(device: string): string {
  return Array.from(device).slice(0, longestDevice).join('').trim();
}

function ipv4Bytes(host: string): readonly number[] | undefined {
  const parts = host.split('.');
  const isByte = (part: string): boolean => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256;
  return parts.length === 4 && parts.every(isByte) ? parts.map(Number) : undefined;
}

function checksum(bytes: readonly number[]): readonly number[] {
  // The version is part of it: a code of another version must not pass as this one.
  const sum = crc32([version, ...bytes]);
  return [sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255];
}

function fault(reason: JoinCodeFault): AppError {
  return new AppError('join-code-invalid', { reason });
}
