import { AppError } from '../../shared/errors.ts';

/** The value of a JSON text this app wrote into one of its files. A text that is none any more is a file that was damaged (`store-damaged`), whatever read it. */
export function readStored(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('store-damaged', { reason: 'text' }, { cause: error });
  }
}
