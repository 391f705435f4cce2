import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { createSecretStore } from './create-secret-store.ts';
import { loadKeychain } from './keychain.ts';
import type { Keychain } from './keychain.ts';

const canary = 'canary-7c1e-Päßwort';
const id = '01890000-0000-7000-8000-000000000001';
const service = 'tallybook-test';
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A keychain like the system's, in memory; each call may be made to fail. */
function testKeychain(fails: () => boolean = () => false): Keychain & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const check = async (): Promise<void> => {
    await Promise.resolve();
    if (fails()) throw new Error('The name org.freedesktop.secrets was not provided by any .service files');
  };
  return {
    entries,
    getPassword: async (name, account) => (await check(), entries.get(`${name}/${account}`) ?? null),
    setPassword: async (name, account, password) => (await check(), void entries.set(`${name}/${account}`, password)),
    deletePassword: async (name, account) => (await check(), entries.delete(`${name}/${account}`)),
  };
}

it('keeps secrets in the keychain under the id of the connection', async () => {
  const chain = testKeychain();
  const secrets = createSecretStore({ service, load: async () => await Promise.resolve(chain) });
  await secrets.set(id, canary);
  expect(chain.entries).toEqual(new Map([[`${service}/${id}`, canary]]));
  expect(await secrets.get(id)).toBe(canary);
  expect(secrets.persistent).toBe(true);
  await secrets.set(id, '');
  expect(chain.entries.size).toBe(0);
  expect(await secrets.get(id)).toBeNull();
  await secrets.delete(id);
});

it('uses what is lent only where nothing is saved, as long as somebody lends it, and saves it nowhere', async () => {
  const chain = testKeychain();
  const secrets = createSecretStore({ service, load: async () => await Promise.resolve(chain) });
  secrets.lend(id, canary);
  secrets.lend(id, canary);
  secrets.lend(id, null);
  expect([await secrets.get(id), chain.entries.size]).toEqual([canary, 0]);
  await secrets.set(id, 'saved');
  expect(await secrets.get(id)).toBe('saved');
  await secrets.set(id, '');
  secrets.lend(id, null);
  expect(await secrets.get(id)).toBeNull();
});

it('does not load the keychain before a secret is needed, and loads it once', async () => {
  let loads = 0;
  const chain = testKeychain();
  const load = async (): Promise<Keychain> => {
    loads += 1;
    return await Promise.resolve(chain);
  };
  const secrets = createSecretStore({ service, load });
  expect(loads).toBe(0);
  await Promise.all([secrets.get(id), secrets.get(id)]);
  expect(loads).toBe(1);
});

it('holds secrets until the app closes where no keychain can be loaded, and says so', async () => {
  const secrets = createSecretStore({ service, load: async () => await Promise.resolve(null) });
  await secrets.set(id, canary);
  expect(secrets.persistent).toBe(false);
  expect(await secrets.get(id)).toBe(canary);
  await secrets.delete(id);
  expect(await secrets.get(id)).toBeNull();
});

it('holds a secret the keychain refuses, and goes back to the keychain when it works again', async () => {
  let broken = true;
  const chain = testKeychain(() => broken);
  const secrets = createSecretStore({ service, load: async () => await Promise.resolve(chain) });
  await secrets.set(id, canary);
  expect([secrets.persistent, await secrets.get(id), chain.entries.size]).toEqual([false, canary, 0]);
  broken = false;
  await secrets.set(id, `${canary}2`);
  expect([secrets.persistent, await secrets.get(id), chain.entries.size]).toEqual([true, `${canary}2`, 1]);
});

it('does not wait again for a keychain that fell silent once', async () => {
  let asked = 0;
  const never = async (): Promise<never> => {
    asked += 1;
    return await new Promise<never>(() => {});
  };
  const chain: Keychain = { getPassword: never, setPassword: never, deletePassword: never };
  const secrets = createSecretStore({ service, load: async () => await Promise.resolve(chain), patienceMs: 20 });
  await secrets.set(id, canary);
  expect(await secrets.get(id)).toBe(canary);
  await secrets.delete(id);
  expect([asked, secrets.persistent]).toEqual([1, false]);
});

it('works with whatever this computer really has', async () => {
  const secrets = createSecretStore({ service: `tallybook-test-${process.pid}` });
  await secrets.set(id, canary);
  try {
    expect(await secrets.get(id)).toBe(canary);
    const hasKeychain = (await loadKeychain()) !== null;
    expect(secrets.persistent && !hasKeychain).toBe(false);
  } finally {
    await secrets.delete(id);
  }
  expect(await secrets.get(id)).toBeNull();
});

it('writes nothing to the disk', async () => {
  const home = await mkdtemp(join(tmpdir(), 'tallybook-secrets-'));
  folders.push(home);
  // A program of its own, because only there "home" and the folder for temporary files can be watched.
  const program = `
    const { createSecretStore } = await import(process.argv[1]);
    const secrets = createSecretStore({ service: 'tallybook-test', load: async () => null });
    await secrets.set('${id}', Buffer.from(process.env.CANARY, 'base64').toString());
    process.stdout.write(String((await secrets.get('${id}')).length));`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, new URL('./create-secret-store.ts', import.meta.url).href],
    {
      cwd: home,
      env: {
        HOME: home,
        TMPDIR: home,
        XDG_CONFIG_HOME: home,
        XDG_DATA_HOME: home,
        CANARY: Buffer.from(canary).toString('base64'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const [code] = (await once(child, 'close')) as [number];
  expect([code, Buffer.concat(output).toString()]).toEqual([0, String(canary.length)]);
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    expect(content.includes(canary)).toBe(false);
  }
});
