/** antd's own virtual table with as many rows as the list of changes, all of them in the page: what the list is measured beside. */
import { Table, type TableProps } from 'antd';
import { createElement, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface Row {
  readonly key: number;
  readonly kind: string;
  readonly record: string;
  readonly what: string;
  readonly who: string;
}

const count = Number(new URLSearchParams(location.search).get('rows'));
const rows: readonly Row[] = Array.from({ length: count }, (_none, key) => ({
  key,
  kind: key % 10 === 0 ? 'needs you' : 'added to server',
  record: `Student ${key + 1}`,
  what: 'Homework +1',
  who: 'here 09:40',
}));
const columns: NonNullable<TableProps<Row>['columns']> = [
  { title: 'Change', dataIndex: 'kind', width: 160 },
  { title: 'Record', dataIndex: 'record', width: 240, sorter: (a, b) => a.record.localeCompare(b.record) },
  { title: 'What', dataIndex: 'what', width: 400 },
  { title: 'Who, when', dataIndex: 'who', width: 240 },
];

function Reference() {
  const [chosen, setChosen] = useState<readonly (string | number | bigint)[]>([]);
  const [search, setSearch] = useState('');
  const shown = useMemo(() => rows.filter(({ record }) => record.includes(search)), [search]);
  return createElement(
    'div',
    null,
    createElement('input', {
      'aria-label': 'search',
      onChange: (event: { readonly target: { readonly value: string } }) => setSearch(event.target.value),
    }),
    createElement('output', null, String(shown.length)),
    createElement(Table<Row>, {
      virtual: true,
      scroll: { x: 1040, y: 500 },
      pagination: false,
      columns,
      dataSource: shown,
      rowSelection: { selectedRowKeys: [...chosen], onChange: setChosen },
    }),
  );
}

const root = document.getElementById('root');
if (root !== null)
  document.addEventListener('start', () => createRoot(root).render(createElement(Reference)), { once: true });
