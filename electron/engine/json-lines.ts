import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream into lines; `push` answers false once a line is longer than allowed, and the stream is to be ended. */
export interface LineCutter {
  push(chunk: Buffer): boolean;
}

/** Makes a cutter. Lines end in `\n`; UTF-8 that is split between chunks is kept together. `maxLength` may grow later. */
export function createLineCutter(maxLength: () => number, onLine: (line: string) => void): LineCutter {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  return {
    push(chunk) {
      const pieces = decoder.write(chunk).split('\n');
      for (const [index, piece] of pieces.entries()) {
        parts.push(piece);
        length += piece.length;
        if (length > maxLength()) return false;
        if (index === pieces.length - 1) break;
        const line = parts.join('');
        parts = [];
        length = 0;
        onLine(line);
      }
      return true;
    },
  };
}
