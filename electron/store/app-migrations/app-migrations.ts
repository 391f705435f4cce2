import type { Migration } from '../migration.ts';
import { deviceAndClasses } from './0001-device-and-classes.ts';

/** Every schema step of `app.db`, oldest first, without gaps. */
export const appMigrations: readonly Migration[] = [deviceAndClasses];
