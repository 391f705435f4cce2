import type { App } from './app.ts';

/** Makes a class on a device without its page and answers its id; the page shows it when it has no other. */
export async function newClass(
  app: App,
  students: readonly string[] = ['Li W', 'Wang Fang', 'Chen Yu'],
): Promise<string> {
  const { id } = await app.call('class.create', { name: '5B', students: [...students] });
  return id;
}
