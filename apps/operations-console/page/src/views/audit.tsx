import type { VNode } from 'preact';
import type { AuditEntry } from '../documents.js';
import { usePages } from '../load.js';
import { Foreign } from '../parts/foreign.js';
import { More } from '../parts/more.js';
import { Empty, Failure, Loading, Time, Title } from '../parts/small.js';
import { Table } from '../parts/table.js';
import { hashOf } from '../route.js';

const PAGE_ENTRIES = 50;
const entriesOf = (answer: { entries: AuditEntry[] }): AuditEntry[] => answer.entries;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const LETTER = /^\d+:\d+$/;

export function Audit(): VNode {
  const pages = usePages<AuditEntry>(`api/audit?limit=${PAGE_ENTRIES}`, entriesOf, 'before');
  const { items, error } = pages;
  return (
    <>
      <Title text="Audit" />
      <p>
        Who did what, newest first.{' '}
        <a href="api/audit.ndjson" download="audit.ndjson">
          Download all of it
        </a>{' '}
        (one JSON document a line).
      </p>
      <Failure error={error} retry={pages.reload} />
      {!items && !error && <Loading what="the audit" />}
      {items?.length === 0 && <Empty>Nothing was done yet that is written down here.</Empty>}
      {items && items.length > 0 && <Entries entries={items} />}
      <More pages={pages} />
    </>
  );
}

function Entries({ entries }: { entries: AuditEntry[] }): VNode {
  return (
    <Table
      caption="Audit, newest first"
      rows={entries}
      keyOf={({ id }) => String(id)}
      columns={[
        { title: 'When', cell: ({ at }) => <Time iso={at} /> },
        { title: 'Who', cell: ({ who }) => <Foreign text={who} /> },
        { title: 'What', cell: ({ what }) => <Foreign text={what} /> },
        { title: 'Of', cell: ({ what, subject }) => <Subject what={what} subject={subject} /> },
        { title: 'Details', cell: ({ detail }) => <Details detail={detail} /> },
      ]}
    />
  );
}

function Subject({ what, subject }: { what: string; subject: string }): VNode {
  if (LETTER.test(subject)) return <a href={hashOf({ view: 'letter', id: subject })}>{subject}</a>;
  if (UUID.test(subject) && what.includes('plan'))
    return <a href={hashOf({ view: 'plan', plan: subject })}>{subject}</a>;
  return <Foreign text={subject} />;
}

function Details({ detail }: { detail: AuditEntry['detail'] }): VNode | null {
  const text = JSON.stringify(detail);
  if (text === '{}' || text === 'null') return null;
  return (
    <code>
      <Foreign text={text} maxCharacters={500} />
    </code>
  );
}
