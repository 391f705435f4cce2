import { AppError } from '../../shared/errors.ts';

/** Stand-in until the shared parser exists. */
export function parsePostgresUrl(text: string): {
  host?: string;
  port?: number;
  database?: string;
  user?: string;
  password?: string;
  tls?: 'disable' | 'require' | 'verify-ca' | 'verify-full';
} {
  if (!URL.canParse(text)) throw new AppError('url-invalid');
  const url = new URL(text);
  return {
    host: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(url.pathname.length > 1 ? { database: decodeURIComponent(url.pathname.slice(1)) } : {}),
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: url.password }),
  };
}

export function defaultTls(host: string): 'disable' | 'verify-full' {
  return host === '127.0.0.1' || host === 'localhost' ? 'disable' : 'verify-full';
}
