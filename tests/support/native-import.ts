/** Imports by Node itself. Required, never imported: a test runner would put its own loader in the place of this `import`. */
export function nativeImport(address: string): Promise<unknown> {
  return import(address);
}
