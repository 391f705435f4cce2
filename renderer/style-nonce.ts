/**
 * Gives every style element made from now on the page's nonce.
 *
 * A few parts of the component library (scroll lock, scroll-bar measuring) make theirs without one, which the page's policy refuses.
 */
export function giveStylesTheNonce(nonce: string): void {
  const create = document.createElement.bind(document);
  const createWithNonce = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  Object.defineProperty(document, 'createElement', { value: createWithNonce, configurable: true, writable: true });
}
