/**
 * A stand-in for the app, for tests that need it as a process of its own (to kill it, or under another account): starts
 * the built-in server, prints what it knows of it as one line of JSON, and stops it when its standard input ends.
 * Usage: node builtin-server-process.ts FOLDER [PACKAGE]
 */
import { createBuiltinServer } from '../../electron/builtin-server/builtin-server.ts';
import { sql } from './sql.ts';

const [folder, packageFolder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node builtin-server-process.ts FOLDER [PACKAGE]');
const server = createBuiltinServer({
  folder,
  log: () => undefined,
  ...(packageFolder === undefined ? {} : { packageFolder }),
});
const info = await server.start();
const [[user] = []] = await sql(info.owner, 'SELECT current_user');
process.stdout.write(`${JSON.stringify({ pid: info.pid, port: info.port, user, uid: process.getuid?.() })}\n`);
process.stdin.resume().on('end', () => void server.close());
