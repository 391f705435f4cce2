/** The scheme our page is served under, and its one origin. */
export const pageScheme = 'app';
export const pageOrigin = 'app://tallybook';
export const pageAddress = `${pageOrigin}/`;

/** Whether an address belongs to our page. Compared by its parts: `app://tallybook.example/` begins like ours and is not. */
export function isPageAddress(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    url.protocol === `${pageScheme}:` &&
    url.host === 'tallybook' &&
    url.username === '' &&
    url.password === ''
  );
}
