import { z } from 'zod';

// Imported before any schema: the page's policy forbids code made from strings, and a schema decides when it is made.
z.config({ jitless: true });
