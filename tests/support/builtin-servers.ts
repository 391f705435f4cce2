import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuiltinServer } from '../../electron/builtin-server/builtin-server.ts';
import type {
  BuiltinServer,
  BuiltinServerEvent,
  BuiltinServerOptions,
} from '../../electron/builtin-server/builtin-server.ts';
import type { AdminSql } from '../../electron/builtin-server/join-role.ts';
import type { ServerInfo } from '../../electron/builtin-server/server-start.ts';
import { sql } from './sql.ts';

/** An account that is neither root nor ours. */
export const otherAccount = { uid: 65_534, gid: 65_534 } as const;

/** What the app's stand-in says about the server it started. */
export interface AppReport {
  readonly pid: number;
  readonly port: number;
  readonly user: string;
  readonly uid: number;
}

/** Built-in servers of one temporary folder, with what they logged. */
export interface BuiltinServers {
  readonly base: string;
  readonly events: readonly BuiltinServerEvent[];
  /** One on `base`/server unless told otherwise; several on one folder stand for the app started again. */
  build(options?: Partial<BuiltinServerOptions>): BuiltinServer;
  /** The app as a process of its own, which ends in an orderly way when its standard input does. */
  startApp(account?: typeof otherAccount, packageFolder?: string): Promise<{ app: ChildProcess; report: AppReport }>;
  /** Stops them all and removes the folder. */
  end(): Promise<void>;
}

/** Makes the folder; nothing runs yet. */
export async function prepareBuiltinServers(): Promise<BuiltinServers> {
  const base = await mkdtemp(join(tmpdir(), 'tallybook-builtin-'));
  const events: BuiltinServerEvent[] = [];
  const made: BuiltinServer[] = [];
  const folder = join(base, 'server');
  return {
    base,
    events,
    build: (options = {}) => {
      const server = createBuiltinServer({ folder, log: (event) => events.push(event), ...options });
      made.push(server);
      return server;
    },
    startApp: async (account, packageFolder) => {
      const args = [join(import.meta.dirname, 'builtin-server-process.ts'), folder];
      if (packageFolder !== undefined) args.push(packageFolder);
      const app = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], ...account });
      let errors = '';
      app.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      const said: unknown[] = await Promise.race([
        once(app.stdout.setEncoding('utf8'), 'data'),
        once(app, 'exit').then(() => []),
      ]);
      if (typeof said[0] !== 'string') throw new Error(`the app ended: ${errors}`);
      return { app, report: JSON.parse(said[0]) as AppReport };
    },
    end: async () => {
      for (const server of made) await server.stop();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** Statements as the built-in server's superuser. */
export function adminSql(info: ServerInfo): AdminSql {
  return async (database, statement, params) =>
    (await sql({ ...info.admin, database }, statement, params)).map((row) => row.map((value) => value ?? ''));
}
