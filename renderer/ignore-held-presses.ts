/**
 * A key that is only held down presses no button and follows no link: what the first press brought into its place would be pressed too, such as the points of a
 * student who was just chosen. Called once.
 */
export function ignoreHeldPresses(root: Document): void {
  root.addEventListener('keydown', (event) => {
    const { target, key, repeat } = event;
    if (repeat && key === 'Enter' && target instanceof Element && target.closest('button, a[href]') !== null)
      event.preventDefault();
  });
}
