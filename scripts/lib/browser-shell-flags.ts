/**
 * What Node is told when it runs the browser shell: a small young generation, in MB per half. A shell lives long and holds little,
 * and the default lets its memory grow well over what it needs on a classroom PC.
 */
export const browserShellFlags: readonly string[] = ['--max-semi-space-size=4'];
