/** Runs electron-vite once; a process of its own, because electron-vite sets NODE_ENV and prints as it likes. */
import { build } from 'electron-vite';
import { root } from '../setup/places.mjs';

await build({ root, logLevel: process.env.CI ? 'info' : 'warn' });
