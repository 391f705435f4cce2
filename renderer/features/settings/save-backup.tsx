import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client.ts';
import { saveFile } from '../../save-file.ts';
import { toAppError } from '../../to-app-error.ts';
import { useAction } from '../../use-action.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

/** How often the document is begun again because something was recorded while it was read. */
const tries = 20;

/** "Save JSON backup": every record of a class as one file, read back before it is handed out. */
export function SaveBackup(props: { readonly classId: string; readonly name: string }) {
  const { t } = useTranslation();
  const action = useAction();
  const save = (): void => void action.run(() => saveClass(props.classId, props.name));
  return (
    <>
      <Button loading={action.busy} onClick={save}>
        {t('settings:backups.json')}
      </Button>
      {action.error !== null && <ErrorNotice error={action.error} onClose={action.clear} />}
    </>
  );
}

/** Hands every record of a class out as one file. Throws what reading them throws. */
export async function saveClass(classId: string, name: string): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      const text = await readAll(classId);
      // A file that cannot be read back is no backup.
      JSON.parse(text);
      const day = new Date().toISOString().slice(0, 10);
      saveFile(`tallybook-${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-${day}.json`, 'application/json', text);
      return;
    } catch (caught) {
      if (toAppError(caught).code !== 'concurrent-change' || left === 0) throw caught;
    }
  }
}

async function readAll(classId: string): Promise<string> {
  const parts: string[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const part = await call('backup.export', { classId, ...(after === undefined ? {} : { after }) });
    parts.push(part.text);
    after = part.next;
  }
  return parts.join('');
}
