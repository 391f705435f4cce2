/**
 * How the server must write values so that the same value always has the same text: UTC, ISO dates, hexadecimal bytes, shortest floats. To be sent
 * inside a transaction that reads; it ends with the transaction, so a pooler between us and the server hands nothing on to others.
 */
export const readingSettings = [
  "SET LOCAL search_path = ''",
  "SET LOCAL TimeZone = 'UTC'",
  "SET LOCAL DateStyle = 'ISO, MDY'",
  "SET LOCAL IntervalStyle = 'iso_8601'",
  "SET LOCAL bytea_output = 'hex'",
  'SET LOCAL extra_float_digits = 1',
].join('; ');

/** The same for the whole session, sent once after the login. Strings mean what they say, and names mean `pg_catalog` unless qualified. */
export const sessionSettings = [
  "SET search_path = ''",
  "SET TimeZone = 'UTC'",
  "SET DateStyle = 'ISO, MDY'",
  "SET IntervalStyle = 'iso_8601'",
  "SET bytea_output = 'hex'",
  'SET extra_float_digits = 1',
  'SET standard_conforming_strings = on',
  'SET client_min_messages = warning',
].join('; ');
