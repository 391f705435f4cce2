import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { contentSecurityPolicy, newNonce, securityHeaders, withNonce } from './page-policy.ts';

/** One answer for a file of the page. */
export interface PageAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** The files of the built page. */
export interface PageFiles {
  /** The answer for a path of an address (`/assets/index.js`; `/` is the page), or undefined when the build has no such file. */
  get(path: string): Promise<PageAnswer | undefined>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** What a page is served with. */
export interface PageFilesOptions {
  /** The folder of the built page. */
  readonly folder: string;
  /** Where the page may connect to. */
  readonly connect: () => string | undefined;
}

/**
 * Looks the folder through once: a path of an address is only ever compared with the list of files that were found, never made into a
 * path of the file system, so nothing outside the build can be reached, however it is spelled.
 */
export async function openPageFiles({ folder, connect }: PageFilesOptions): Promise<PageFiles> {
  let files = await listFiles(folder);
  return {
    async get(path) {
      const name = path === '/' ? '/index.html' : path;
      // Looked up anew for the page and for what is missing, so that a build made while the app runs is served whole.
      if (path === '/' || !files.has(name)) files = await listFiles(folder);
      const file = files.get(name);
      const body = file === undefined ? undefined : await readFile(file).catch(() => undefined);
      if (file === undefined || body === undefined) return undefined;
      return file.endsWith('.html') ? htmlAnswer(body.toString('utf8'), connect()) : fileAnswer(file, path, body);
    },
  };
}

function htmlAnswer(html: string, connect: string | undefined): PageAnswer {
  const nonce = newNonce();
  return {
    headers: {
      ...securityHeaders,
      'Content-Type': types['.html'] ?? '',
      'Content-Security-Policy': contentSecurityPolicy(nonce, connect),
      'Cache-Control': 'no-store',
    },
    body: withNonce(html, nonce),
  };
}

function fileAnswer(file: string, path: string, body: Buffer): PageAnswer {
  // Names in assets/ hold a hash of their content.
  const caching = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
  const type = types[extname(file).toLowerCase()] ?? 'application/octet-stream';
  return { headers: { ...securityHeaders, 'Content-Type': type, 'Cache-Control': caching }, body };
}

/** Every file below the folder by its path in an address. One folder at a time, which also works inside an app archive. */
async function listFiles(folder: string, path = ''): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = join(folder, entry.name);
    if (entry.isFile() && extname(entry.name) !== '.map') files.set(`${path}/${entry.name}`, place);
    if (!entry.isDirectory()) continue;
    for (const [name, file] of await listFiles(place, `${path}/${entry.name}`)) files.set(name, file);
  }
  return files;
}
