import { describe, expect, it } from 'vitest';
import { accessWord, configText, listElement } from './cluster-config.ts';
import { clusterRules } from './cluster-rules.ts';

describe('the server configuration', () => {
  it('writes a folder so that quotes, backslashes, commas and spaces in it mean nothing', () => {
    const folder = `/a "b"/it's, \\here 数据`;
    expect(configText({ unix_socket_directories: listElement(folder) })).toBe(
      `unix_socket_directories = '"/a ""b""/it''s, \\\\here 数据"'\n`,
    );
  });

  it('writes an account name so that it is one word', () => {
    expect(accessWord('DOMAIN\\Li "Wei"')).toBe(`"DOMAIN\\Li ""Wei"""`);
  });

  it('lets nobody in from elsewhere, without TLS or without a password', () => {
    for (const login of ['peer', 'password'] as const) {
      const rules = clusterRules({ port: 1, socketDir: null, login, peerName: 'teacher' });
      expect(rules['postgresql.conf']).toContain("listen_addresses = '127.0.0.1'\n");
      const lines = (rules['pg_hba.conf'] ?? '').trim().split('\n');
      const open = lines.filter(
        (line) => !/^local .* peer map=own$|^hostssl .* 127\.0\.0\.1\/32 scram-sha-256$| reject$/.test(line),
      );
      expect(open).toEqual([]);
    }
  });
});
