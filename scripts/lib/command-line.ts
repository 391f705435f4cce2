import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Ends the program with one line that says what was wrong with its command line: exit code 2, as of any program that was called wrongly. */
export function refuseUsage(message: string): never {
  console.error(message);
  process.exit(2);
}

/**
 * What was asked of a program. `--help` prints the usage and ends it; an option or a word it does not know ends it with one line that names it. `usage` begins with how
 * the program is called.
 */
export function commandLine<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  const args = process.argv.slice(2);
  if (args.some((word) => word === '--help' || word === '-h')) {
    console.log(usage.trim());
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    // Node says more in the sentences that follow: how to write what nobody meant.
    const [said = ''] = error instanceof Error ? error.message.split('. ') : [];
    return refuseUsage(`${said}. What there is: --help`);
  }
}
