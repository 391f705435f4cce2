import { accessWord, configText, listElement } from './cluster-config.ts';

/** The database the app and its guests share. */
export const sharedDatabase = 'tallybook';

/** The role that owns the shared database; the app works as this one. */
export const ownerRole = 'tallybook_owner';

/** The superuser, for what only it may do: making the roles of join codes. */
export const adminRole = 'tallybook_admin';

/** How the app itself logs in: the operating system vouches for it on the socket, or (Windows) with a password over TLS. */
export type OwnLogin = 'peer' | 'password';

/** Statements that make the roles and the database of a new cluster. Guests may use nothing but the shared database. */
export const seedStatements: readonly string[] = [
  `CREATE ROLE ${ownerRole} LOGIN`,
  `CREATE DATABASE ${sharedDatabase} OWNER ${ownerRole}`,
  `REVOKE ALL ON DATABASE ${sharedDatabase} FROM PUBLIC`,
  'REVOKE ALL ON DATABASE postgres FROM PUBLIC',
  'REVOKE ALL ON DATABASE template1 FROM PUBLIC',
];

/** The files of the data directory that say how the server listens and who may log in. */
export function clusterRules(options: {
  readonly port: number;
  readonly socketDir: string | null;
  readonly login: OwnLogin;
  /** The account the server sees on the socket. */
  readonly peerName: string;
}): Record<string, string> {
  const { port, socketDir, login, peerName } = options;
  return {
    'postgresql.conf': configText({
      ...serverSettings,
      port,
      unix_socket_directories: socketDir === null ? '' : listElement(socketDir),
    }),
    'pg_hba.conf': login === 'peer' ? peerRules : passwordRules,
    'pg_ident.conf': [ownerRole, adminRole].map((role) => `own ${accessWord(peerName)} ${accessWord(role)}\n`).join(''),
  };
}

const serverSettings = {
  listen_addresses: '127.0.0.1',
  ssl: true,
  ssl_min_protocol_version: 'TLSv1.2',
  ssl_cert_file: 'server.crt',
  ssl_key_file: 'server.key',
  password_encryption: 'scram-sha-256',
  authentication_timeout: '20s',
  // A class is small and the PC is somebody's only one.
  max_connections: 60,
  shared_buffers: '32MB',
  io_method: 'sync',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  jit: false,
  // The text of an error can hold a student's name; what the server itself has to say cannot.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: false,
  log_autovacuum_min_duration: -1,
};

/** One rule each for this PC over IPv4; nothing listens elsewhere. Without TLS nobody gets in. */
const passwordRules = 'hostssl all all 127.0.0.1/32 scram-sha-256\n';

const peerRules = [
  `local all ${ownerRole},${adminRole} peer map=own`,
  `host all ${ownerRole},${adminRole} all reject`,
  `hostssl ${sharedDatabase} all 127.0.0.1/32 scram-sha-256`,
  '',
].join('\n');
