import type { VNode } from 'preact';
import type { EditPreview } from '../documents.js';
import { type JsonObject, valueAt } from '../merge-patch.js';
import { counted } from '../words.js';
import { Foreign, Paths } from './foreign.js';
import { Empty, Notice } from './small.js';
import { Table } from './table.js';

interface DifferenceProps {
  preview: EditPreview;
  patch: JsonObject;
}

/**
 * What an edit changes in one letter, and whether the event would be taken then. Old values are masked; new ones were
 * typed by whoever looks, and are shown to be checked once more.
 */
export function Difference({ preview: { diff, verdict }, patch }: DifferenceProps): VNode {
  const typed = (path: string): string | null => {
    const value = valueAt(patch, path);
    return value === undefined || value === null ? null : JSON.stringify(value);
  };
  return (
    <>
      <h2>{counted(diff.length, 'change')}</h2>
      {diff.length === 0 && <Empty>The patch leaves this letter as it is.</Empty>}
      {diff.length > 0 && (
        <Table
          caption="What the edit changes"
          rows={diff}
          keyOf={({ path }) => path}
          columns={[
            { title: 'Field', cell: ({ path }) => <Paths paths={[path]} /> },
            { title: 'Old', cell: ({ old }) => <del>{written(old)}</del> },
            { title: 'New', cell: ({ path, new: value }) => <ins>{written(typed(path) ?? value)}</ins> },
          ]}
        />
      )}
      {verdict.ok ? (
        <Notice tone="good">With this change the event keeps all rules that are checked before calling.</Notice>
      ) : (
        <Notice tone="bad">
          Still refused
          {verdict.code && (
            <>
              {' '}
              with <code>{verdict.code}</code>
            </>
          )}
          : <Foreign text={verdict.message} />
          {verdict.fields.length > 0 && (
            <>
              {' '}
              (<Paths paths={verdict.fields} />)
            </>
          )}
        </Notice>
      )}
    </>
  );
}

function written(value: string | null): VNode {
  return value === null ? <i>nothing</i> : <Foreign text={value} />;
}
