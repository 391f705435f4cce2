import { createServer, type Server } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';

/** A page with antd's virtual table, built as the app's page is, on a server of its own. */
export interface ReferencePage extends AsyncDisposable {
  readonly origin: string;
}

const kinds: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Builds and serves it. */
export async function startReferencePage(): Promise<ReferencePage> {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-reference-'));
  await build({
    root: join(import.meta.dirname, 'antd-table'),
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, target: 'chrome120', minify: true },
  });
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://reference');
    const name = normalize(pathname === '/' ? '/index.html' : pathname);
    const file = join(folder, name);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.setHeader('content-type', kinds[extname(name)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
