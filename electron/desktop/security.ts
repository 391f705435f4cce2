import type { App, Session, WebContents } from 'electron';
import { isPageAddress, pageOrigin } from './page-address.ts';

/** The only thing a page may ask the system for: putting text on the clipboard, for "Copy". */
const allowedPermission = 'clipboard-sanitized-write';

/** What a page may load: files of the build, and images it made itself. In development its tools too. */
function isLoadable(address: string, withTools: boolean): boolean {
  if (isPageAddress(address) || /^(data|blob):/.test(address)) return true;
  return withTools && address.startsWith('devtools://');
}

/** Denies the session every permission, device and address that the app does not need. */
export function guardSession(session: Session, withTools: boolean): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(permission === allowedPermission && details.isMainFrame && isPageAddress(details.requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === allowedPermission && isPageAddress(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLoadable(details.url, withTools) }));
  // What the page made itself may be saved; nothing else can be fetched anyway.
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault();
  });
}

/** Keeps every page of the app, whatever made it, on our own address and without windows of its own. */
export function guardContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => guardOne(contents));
}

function guardOne(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (details) => {
    if (!isPageAddress(details.url)) details.preventDefault();
  });
  contents.on('will-frame-navigate', (details) => {
    if (!details.isMainFrame || !isPageAddress(details.url)) details.preventDefault();
  });
  contents.on('will-redirect', (details) => details.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
