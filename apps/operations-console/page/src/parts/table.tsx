import type { ComponentChildren, VNode } from 'preact';

export interface Column<T> {
  title: string;
  cell: (row: T) => ComponentChildren;
  isNumber?: boolean;
}

interface TableProps<T> {
  /** What the table holds, for those who do not see where it stands. */
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
}

/**
 * Rows become cards on a narrow screen: each cell repeats its column's title, and the roles keep it a table although its
 * parts are no longer displayed as one. The first column names the row.
 */
export function Table<T>({ caption, columns, rows, keyOf }: TableProps<T>): VNode {
  return (
    <table role="table" class="cards">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title, isNumber }) => (
            <th key={title} role="columnheader" scope="col" class={isNumber ? 'number' : ''}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ title, cell, isNumber }, n) => {
              const Cell = n === 0 ? 'th' : 'td';
              const role = n === 0 ? 'rowheader' : 'cell';
              return (
                <Cell key={title} role={role} data-title={title} class={isNumber ? 'number' : ''}>
                  <div>{cell(row)}</div>
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
