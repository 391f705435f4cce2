import pg from 'pg';

/** What a login needs; a `ServerLogin` of the built-in server is one. */
export interface SqlLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | null;
  readonly tls?: 'disable' | 'require';
}

/** Carries out one statement on a connection of its own and returns the rows as text; null stays null. */
export async function sql(
  login: SqlLogin,
  statement: string,
  params: readonly string[] = [],
): Promise<(string | null)[][]> {
  const { host, port, database, user, password } = login;
  const client = new pg.Client({
    host,
    port,
    database,
    user,
    ...(password === null ? {} : { password }),
    ssl: login.tls === 'require' ? { rejectUnauthorized: false } : false,
  });
  // A lost connection is reported twice: to the statement, which is where it is dealt with, and here.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const asText = { getTypeParser: () => (value: string) => value };
    const query = { text: statement, values: [...params], rowMode: 'array' as const, types: asText };
    return (await client.query<(string | null)[]>(query)).rows;
  } finally {
    await client.end();
  }
}
