import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { fake } from './fake-postgres.ts';
import type { Conversation } from './fake-postgres.ts';

/** How a fake server goes about SCRAM. */
export interface ScramManner {
  readonly password: string;
  readonly mechanisms?: readonly string[];
  readonly iterations?: number;
  /** Rounds it pretends to: the text it sends instead of the true number. */
  readonly announced?: string;
  /** What it says at the end: its true proof, another one, or nothing at all. */
  readonly proof?: 'true' | 'false' | 'none';
}

/** Reads the start-up message, does the server's part of SCRAM up to its proof, and lets the client in. Returns what the client sent. */
export async function scramLogin(talk: Conversation, manner: ScramManner): Promise<{ readonly first: string }> {
  const { password, mechanisms = ['SCRAM-SHA-256'], iterations = 4096, proof = 'true' } = manner;
  await talk.next();
  talk.send(fake.asksScram(...mechanisms));
  const first = String(await talk.next());
  const bare = /n=[^,]*,r=.+$/.exec(first)?.[0] ?? '';
  const salt = randomBytes(16);
  const nonce = `${/r=(.+)$/.exec(bare)?.[1] ?? ''}${randomBytes(9).toString('base64')}`;
  const serverFirst = `r=${nonce},s=${salt.toString('base64')},i=${manner.announced ?? iterations}`;
  talk.send(fake.scramContinue(serverFirst));
  const last = String(await talk.next());
  const withoutProof = /c=[^,]*,r=[^,]*/.exec(last)?.[0] ?? '';
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest();
  const signature = createHmac('sha256', proof === 'true' ? serverKey : createHash('sha256').digest())
    .update(`${bare},${serverFirst},${withoutProof}`)
    .digest('base64');
  talk.send(
    ...(proof === 'none' ? [] : [fake.scramFinal(`v=${signature}`)]),
    fake.authenticationOk,
    fake.backendKey,
    fake.ready,
  );
  return { first };
}
