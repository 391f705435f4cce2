/** One setting of postgresql.conf. */
export type ServerSetting = string | number | boolean;

/** The text of postgresql.conf. */
export function configText(settings: Readonly<Record<string, ServerSetting>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${settingText(value)}\n`)
    .join('');
}

/** A folder as an element of a list setting: quoted, because a comma or a space would end it. */
export function listElement(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

/** A word of pg_hba.conf or pg_ident.conf, quoted so that it means nothing but itself. */
export function accessWord(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

function settingText(value: ServerSetting): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(value);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
