/** `npm run build`: builds the app into out/, whether or not it is up to date. */
import { build } from '../lib/build.ts';

process.exitCode = await build();
