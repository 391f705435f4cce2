/** A failure whose message is meant for the person at the keyboard; printed without a stack. */
export class SetupError extends Error {
  /** @param {string} message what happened and what to do @param {number} [exitCode] */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * The code of a system error (ENOENT …), or undefined.
 * @param {unknown} error @returns {string | undefined}
 */
export function errorCode(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
