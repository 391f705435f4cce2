import { useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionItem, ConnectionInput } from '../../../shared/contract/connection.ts';
import type { Params } from '../../../shared/contract/contract.ts';
import { errorFromJson, type AppError } from '../../../shared/errors.ts';
import { shownParams } from '../../../shared/text/shown-params.ts';
import { useFormat } from '../../format.ts';
import {
  asksWeakly,
  fieldOf,
  formProblems,
  formValues,
  toInput,
  type FieldName,
  type FormValues,
} from './form-values.ts';
import { useConnectionTest, type ConnectionTest } from './use-connection-test.ts';
import { usePasswordPlace, type PasswordPlace } from './use-password-place.ts';

/** A connection form with its messages and its test. */
export interface ConnectionFormState {
  readonly values: FormValues;
  readonly errors: Readonly<Partial<Record<FieldName, string>>>;
  readonly test: ConnectionTest;
  /** Whether the server asked for the password in a weak form, now or when it was stored. */
  readonly weak: boolean;
  readonly place: PasswordPlace;
  readonly box: RefObject<HTMLFormElement | null>;
  readonly change: (values: FormValues) => void;
  readonly refused: (field: FieldName, error: AppError) => void;
  /** Takes a database the test has found, in place of the one that is not there. */
  readonly chooseDatabase: (database: string) => void;
  /** The values as the engine takes them, or null after the messages were put beside the fields. */
  readonly input: () => ConnectionInput | null;
  /** Tests the values as they are; a failure is shown beside the field at fault, which gets the focus. */
  readonly runTest: () => Promise<void>;
}

/** Keeps a connection form. `item` is the stored connection it edits, `mode` how a new one works at first. */
export function useConnectionForm(
  item: ConnectionItem | null,
  mode: FormValues['mode'] | null = null,
): ConnectionFormState {
  const { t } = useTranslation();
  const format = useFormat();
  const [values, setValues] = useState(() => ({ ...formValues(item), ...(mode === null ? {} : { mode }) }));
  const [errors, setErrors] = useState<Partial<Record<FieldName, string>>>({});
  const test = useConnectionTest();
  const box = useRef<HTMLFormElement>(null);
  const place = usePasswordPlace(item?.id ?? null);
  // Until it is known, a stored connection is taken to have its password.
  const stored = item !== null && place?.stored !== false;
  const [weak, setWeak] = useState(values.allowWeak);

  const show = (found: Partial<Record<FieldName, string>>): void => {
    setErrors(found);
    const first = (Object.keys(found) as FieldName[])[0];
    // After React has drawn the message, so that it is read with the field.
    if (first !== undefined) setTimeout(() => focusField(box.current, first));
  };
  const refused = (field: FieldName, error: AppError): void => {
    show({
      [field]: format.sentences(
        t(`errors:${error.code}.title`, shownParams(error.params)),
        t(`errors:${error.code}.remedy`, shownParams(error.params)),
      ),
    });
  };
  const change = (next: FormValues): void => {
    setErrors({});
    if (test.state !== 'none') test.clear();
    setValues(next);
  };
  const chooseDatabase = (database: string): void => {
    change({ ...values, database });
    setTimeout(() => focusField(box.current, 'database'));
  };
  const input = (): ConnectionInput | null => {
    const problems = formProblems(values, stored);
    const found = Object.fromEntries(Object.entries(problems).map(([field, key]) => [field, t(`sync:form.${key}`)]));
    if (Object.keys(found).length > 0) {
      show(found);
      return null;
    }
    setErrors({});
    return toInput(values, nameFor(values, item));
  };
  const runTest = async (): Promise<void> => {
    const connection = input();
    if (connection === null) return;
    const params: Params<'connection.test'> =
      item === null ? { connection } : { classId: item.classId, connectionId: item.id, connection };
    const result = await test.run(params);
    const failed = result?.steps.find((step) => step.state === 'failed');
    if (failed === undefined) return;
    const error = errorFromJson({ code: failed.code ?? '', params: failed.params });
    if (asksWeakly(error)) setWeak(true);
    const field = fieldOf(error.code, failed.id);
    // The field of the port is too narrow for the whole sentence, which stands beside the steps anyway.
    const text =
      field === 'port' ? t('sync:form.portFailed') : t(`errors:${error.code}.title`, shownParams(error.params));
    if (field !== null) show({ [field]: text });
  };
  return { values, errors, test, weak, place, box, change, refused, chooseDatabase, input, runTest };
}

/** A connection is called after its server; one that was named otherwise keeps its name. */
function nameFor(values: FormValues, item: ConnectionItem | null): string {
  const host = values.host.trim();
  return item === null || item.name === item.host ? host : item.name;
}

function focusField(box: HTMLFormElement | null, field: FieldName): void {
  const invalid = box?.querySelector<HTMLElement>('[aria-invalid="true"]');
  const named = box?.querySelector<HTMLElement>(`[name="${field}"]`);
  (named ?? invalid)?.focus();
}
