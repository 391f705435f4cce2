import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { runFields } from '../run-row-words.ts';
import type { Words } from './field-words.ts';
import styles from './detail.module.css';

/** Fields of a record, a line each, with what stands in each of the places compared; nothing where there are none. */
export function FieldsTable(props: {
  readonly heads: readonly { readonly id: string; readonly word: string }[];
  readonly fields: readonly { readonly name: string; readonly word: string; readonly values: readonly string[] }[];
  /** Whether the last column is what comes of it. */
  readonly result: boolean;
  readonly caption?: ReactNode;
}) {
  const { t } = useTranslation();
  const { heads } = props;
  // Heads over nothing say nothing, unless something stands above them.
  if (props.fields.length === 0 && props.caption === undefined) return null;
  return (
    <div className={styles['fieldsBox']}>
      <table className={styles['fields']}>
        {props.caption !== undefined && <caption>{props.caption}</caption>}
        <thead>
          <tr>
            <th scope="col">{t('sync:side.field')}</th>
            {heads.map(({ id, word }) => (
              <th key={id} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.fields.map(({ name, word, values }) => (
            <tr key={name}>
              <th scope="row">{word}</th>
              {heads.map(({ id }, place) => (
                <td key={id} data-result={props.result && place === heads.length - 1}>
                  {values[place]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a run did to a record, or would do to it on one side: each field before and after. */
export function BeforeAndAfter(props: {
  readonly row: Parameters<typeof runFields>[0];
  readonly words: Words;
  readonly caption?: ReactNode;
}) {
  const { row, words } = props;
  const { t } = words;
  return (
    <FieldsTable
      caption={props.caption}
      heads={(['base', 'after'] as const).map((id) => ({ id, word: t(`sync:side.${id}`) }))}
      fields={runFields(row, words).map(({ name, word, before, after }) => ({
        name,
        word,
        values: [before ?? '–', after ?? '–'],
      }))}
      result
    />
  );
}
