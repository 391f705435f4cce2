import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { CatalogProblem } from '../../shared/catalog/catalog-problem.ts';
import { catalogProblem } from '../../shared/catalog/catalog-problem.ts';
import type { InferenceNote } from '../../shared/catalog/inference-note.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { readCatalog } from '../../shared/catalog/parse-catalog.ts';
import type { Result } from '../../shared/contract/contract.ts';
import { AppError, errorExitCodes } from '../../shared/errors.ts';
import type { Answer } from './answer.ts';
import { addCommand, addGroup, text } from './command.ts';
import type { CommandKit } from './command.ts';
import { connectionFlags, connectionInputOf, hasServerFlags } from './connection-flags.ts';
import type { ConnectionFlags } from './connection-flags.ts';
import { listing, listLines } from './listing.ts';
import type { ListColumn } from './listing.ts';
import { printable } from './printable.ts';
import { findSaved } from './saved-connection.ts';
import type { CliSession } from './session.ts';
import { UsageError } from './usage-error.ts';

/** The catalogs this app comes with. */
const catalogs: readonly Catalog[] = [classroomCatalog];

/** Larger files are no description of tables. */
const mostCharacters = 2_000_000;

interface CatalogLine {
  readonly id: string;
  readonly version: number;
  readonly schema: string;
  readonly tables: number;
}

const columns: readonly ListColumn<CatalogLine>[] = [
  { title: 'column.id', cell: (item) => item.id },
  { title: 'column.version', numeric: true, cell: (item) => item.version },
  { title: 'column.schema', cell: (item) => item.schema },
  { title: 'column.tables', numeric: true, cell: (item) => item.tables },
];

const tableColumns: readonly ListColumn<Catalog['tables'][number]>[] = [
  { title: 'column.name', cell: (table) => table.name },
  { title: 'column.kind', cell: (table) => table.kind },
  { title: 'column.key', cell: (table) => table.key.join(', ') },
  { title: 'column.columns', numeric: true, cell: (table) => table.columns.length },
];

const noteColumns: readonly ListColumn<InferenceNote>[] = [
  { title: 'column.table', cell: ({ table }) => printable(table ?? '') },
  { title: 'column.column', cell: ({ column }) => printable(column ?? '') },
  { title: 'column.detail', cell: ({ detail }) => printable(detail ?? '') },
  { title: 'column.why', cell: ({ why }, words) => words.t(`inference.${why}`) },
];

const problemColumns: readonly ListColumn<CatalogProblem>[] = [
  { title: 'column.table', cell: ({ table }) => printable(table ?? '') },
  { title: 'column.column', cell: ({ column }) => printable(column ?? '') },
  { title: 'column.detail', cell: ({ detail }) => printable(detail ?? '') },
  { title: 'column.problem', cell: ({ reason }, words) => words.t(`catalog-problem.${reason}`) },
];

/** `catalog list|show|check|infer`. */
export function addCatalogCommands(program: Command, kit: CommandKit): void {
  const group = addGroup(program, kit, 'catalog', 'about.catalog');
  addCommand(group, kit, {
    name: 'list',
    about: 'about.catalog-list',
    examples: ['catalog list'],
    run: () => Promise.resolve(listing(catalogs.map(lineOf), (item) => item, columns)),
  });
  addCommand(group, kit, {
    name: 'show',
    about: 'about.catalog-show',
    args: ['<id>'],
    examples: ['catalog show classroom --json'],
    run: (_session, [id]) => {
      const found = catalogs.find((catalog) => catalog.id === id);
      if (found === undefined) return Promise.reject(new AppError('not-found', { what: 'catalog' }));
      return Promise.resolve({ json: { ...found }, lines: (words) => listLines(found.tables, tableColumns, words) });
    },
  });
  addCommand(group, kit, {
    name: 'check',
    about: 'about.catalog-check',
    args: ['<file>'],
    examples: ['catalog check tables.json', 'catalog check tables.json --json'],
    run: async (_session, [file]) => checkAnswer(await contentOf(file)),
  });
  addInfer(group, kit);
}

/** `catalog infer`: a draft of a catalog from the tables of a server. */
function addInfer(group: Command, kit: CommandKit): void {
  addCommand(group, kit, {
    name: 'infer',
    about: 'about.catalog-infer',
    options: {
      ...connectionFlags,
      connection: text('--connection <name>', 'option.connection'),
      schema: text('--schema <schema>', 'option.schema'),
      out: text('--out <file>', 'option.out'),
    },
    examples: [
      'catalog infer --url postgres://teacher@db.school.edu/points --schema library --password-stdin --out library.json',
      'catalog infer --connection school --json',
    ],
    run: async (session, _args, { schema = 'public', out, ...options }) => {
      const inferred = await infer(session, schema, options);
      if (out !== undefined && inferred.catalog !== null) await writeNew(out, inferred.catalog);
      return inferAnswer(inferred, out);
    },
  });
}

async function infer(
  session: CliSession,
  schema: string,
  options: ConnectionFlags & { readonly connection: string | undefined },
): Promise<Result<'catalog.infer'>> {
  if (hasServerFlags(options)) {
    const connection = await connectionInputOf(session, 'infer', options);
    return await session.call('catalog.infer', { source: { connection }, schema });
  }
  const item = await findSaved(session, options.connection);
  return await session.contact(
    item,
    options.passwordStdin,
    async () => await session.call('catalog.infer', { source: { connectionId: item.id }, schema }),
  );
}

/** A file that is there may be somebody's corrected catalog: it is not written over. */
async function writeNew(file: string, catalog: Catalog): Promise<void> {
  await writeFile(file, `${JSON.stringify(catalog, null, 2)}\n`, { flag: 'wx' }).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UsageError(taken ? 'file-exists' : 'file-unwritable', { argument: '--out' });
  });
}

function inferAnswer({ catalog, notes }: Result<'catalog.infer'>, out: string | undefined): Answer {
  return {
    json: { ok: catalog !== null, catalog, notes },
    lines: (words) => [
      ...(catalog === null ? [words.t('catalog.nothing')] : listLines(catalog.tables, tableColumns, words)),
      '',
      ...listLines(notes, noteColumns, words),
      ...(out === undefined || catalog === null ? [] : ['', words.t('catalog.written', { file: printable(out) })]),
    ],
    ...(catalog === null ? { exitCode: errorExitCodes['catalog-invalid'] } : {}),
  };
}

function lineOf({ id, version, schema, tables }: Catalog): CatalogLine {
  return { id, version, schema, tables: tables.length };
}

async function contentOf(file: string): Promise<string> {
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) throw new UsageError('file-unreadable', { argument: 'file' });
  return content;
}

/** Everything that is wrong, or what the catalog is; the exit code says which. */
function checkAnswer(content: string): Answer {
  const reading = content.length > mostCharacters ? undefined : readCatalog(parsed(content));
  if (reading?.kind === 'catalog')
    return {
      json: { ok: true, catalog: lineOf(reading.catalog), problems: [] },
      lines: (words) => [...listLines([lineOf(reading.catalog)], columns, words), '', words.t('catalog.sound')],
    };
  const problems = reading?.problems ?? [catalogProblem('shape', { detail: '/' })];
  return {
    json: { ok: false, catalog: null, problems },
    lines: (words) => listLines(problems, problemColumns, words),
    exitCode: errorExitCodes['catalog-invalid'],
  };
}

/** What is no JSON at all is read as nothing, which is no catalog either. */
function parsed(content: string): unknown {
  try {
    const value: unknown = JSON.parse(content.replace(/^\uFEFF/, ''));
    return value;
  } catch {
    return undefined;
  }
}
