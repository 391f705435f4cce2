import type { Protocol } from 'electron';
import type { PageFiles } from '../bridge/page-files.ts';
import { securityHeaders } from '../bridge/page-policy.ts';
import { isPageAddress, pageScheme } from './page-address.ts';

/** Makes our scheme one with an origin and a secure context; to be called before the app is ready. */
export function registerPageScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the files of the build, and nothing else, under our scheme. */
export function servePage(protocol: Protocol, files: PageFiles): void {
  protocol.handle(pageScheme, async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
    if (!isPageAddress(request.url)) return refusal(404);
    const file = await files.get(new URL(request.url).pathname);
    if (file === undefined) return refusal(404);
    const body = typeof file.body === 'string' ? file.body : new Uint8Array(file.body);
    return new Response(request.method === 'HEAD' ? null : body, { status: 200, headers: file.headers });
  });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { ...securityHeaders, 'Cache-Control': 'no-store' } });
}
