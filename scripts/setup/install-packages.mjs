import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isWritable, privateTempDir } from './places.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Said aloud, because the user's own npm settings may say otherwise (production only, no scripts, no lockfile …), and
 * then half of the packages would be missing. Where to fetch from (registry, proxy, certificates) stays the user's.
 */
const flags = [
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--include=peer',
  '--package-lock',
  '--no-global',
  '--no-dry-run',
  '--no-audit',
  '--no-fund',
  '--no-progress',
  '--no-engine-strict',
  '--no-strict-peer-deps',
  '--install-strategy=hoisted',
  '--prefer-offline',
  '--loglevel=error',
];

/** Settings in the environment that only say where and how to fetch; all other npm settings there are dropped. */
const kept =
  /^npm_config_(registry|proxy|https?[-_]proxy|no_?proxy|cafile|ca|cert|key|strict[-_]ssl|cache|userconfig|globalconfig|fetch[-_].*|maxsockets|@.*|\/\/.*)$/i;

/**
 * Runs `npm ci` in a folder, without install scripts and in the same way for every user and both npm 10 and 11.
 *
 * @param {string} folder
 * @param {string} notice printed before it starts
 */
export async function installPackages(folder, notice) {
  console.error(notice);
  const { program, args } = findNpm();
  const { code, output } = await run(program, [...args, 'ci', ...flags], folder);
  if (code === 0) return;
  const end = output.trim().split('\n').slice(-12).join('\n');
  throw new SetupError(`npm could not install the packages:\n${end}\nCheck the network, then try again.`);
}

/** npm's own script, run by this Node: a command file would need a shell on Windows. */
function findNpm() {
  const fromNpm = process.env.npm_execpath;
  const beside = dirname(process.execPath);
  const places = [
    fromNpm !== undefined && fromNpm.endsWith('npm-cli.js') ? fromNpm : undefined,
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = places.find((place) => place !== undefined && existsSync(place));
  if (script !== undefined) return { program: process.execPath, args: [script] };
  return { program: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

function environment() {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)),
  );
  delete env.NODE_ENV;
  delete env.INIT_CWD;
  // Without a home npm would put its cache into the project, or fail.
  const home = homedir();
  const hasHome = home !== '' && isWritable(home);
  if (!hasHome) env.HOME = privateTempDir('home');
  const cache = env.npm_config_cache;
  if (cache !== undefined && cache !== '' && !canMake(cache)) delete env.npm_config_cache;
  return env;
}

/** @param {string} folder */
function canMake(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    return isWritable(folder);
  } catch {
    return false;
  }
}

/**
 * @param {string} program @param {readonly string[]} args @param {string} cwd
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: program.endsWith('.cmd'),
    });
    let output = '';
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
