/** One message of PostgreSQL's protocol: its letter and all its bytes. */
export interface WireMessage {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Puts the pieces of a stream together to whole messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);

  feed(piece: Buffer): readonly WireMessage[] {
    let data = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const messages: WireMessage[] = [];
    while (data.length >= 5) {
      const length = data.readUInt32BE(1) + 1;
      if (data.length < length) break;
      messages.push({ type: String.fromCharCode(data[0] ?? 0), bytes: data.subarray(0, length) });
      data = data.subarray(length);
    }
    this.#rest = data;
    return messages;
  }
}

/** A message from its letter and its body. */
export function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A simple query. */
export function queryMessage(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`));
}

/** The statement of a simple query, null for any other message. */
export function simpleQuery({ type, bytes }: WireMessage): string | null {
  return type === 'Q' ? bytes.toString('utf8', 5, bytes.length - 1) : null;
}
