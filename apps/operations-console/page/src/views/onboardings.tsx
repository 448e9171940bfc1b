import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { OnboardingListItem } from '../documents.js';
import { useLoad } from '../load.js';
import { Foreign } from '../parts/foreign.js';
import { Badge, Empty, Failure, Loading, Time, Title } from '../parts/small.js';
import { Table } from '../parts/table.js';
import { go, hashOf } from '../route.js';
import { count, onboardingTone } from '../words.js';

export function Onboardings({ q }: { q: string }): VNode {
  const [text, setText] = useState(q);
  const path = q === '' ? 'api/onboardings' : `api/onboardings?q=${encodeURIComponent(q)}`;
  const { data, error, reload } = useLoad<{ onboardings: OnboardingListItem[] }>(path);
  return (
    <>
      <Title text="Onboardings" />
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          go({ view: 'onboardings', q: text.trim() });
        }}
      >
        <input
          type="search"
          data-search
          aria-label="Correlation id, domain or tenant id"
          placeholder="Id, domain or tenant"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Find</button>
      </form>
      <Failure error={error} retry={reload} />
      {!data && !error && <Loading what="onboardings" />}
      {data && <Found onboardings={data.onboardings} q={q} />}
    </>
  );
}

function Found({ onboardings, q }: { onboardings: OnboardingListItem[]; q: string }): VNode {
  if (onboardings.length === 0) {
    return q === '' ? (
      <Empty>Nothing is pending: every request that was taken has ended.</Empty>
    ) : (
      <Empty>
        No onboarding has a correlation id or domain that begins with <Foreign text={q} />, or this tenant id.
      </Empty>
    );
  }
  return (
    <>
      <p>{q === '' ? 'The newest that have not ended:' : 'Found:'}</p>
      <Table
        caption="Onboardings"
        rows={onboardings}
        keyOf={({ correlationId }) => correlationId}
        columns={[
          {
            title: 'Correlation id',
            cell: ({ correlationId }) => (
              <a href={hashOf({ view: 'onboarding', correlationId })}>
                <Foreign text={correlationId} />
              </a>
            ),
          },
          { title: 'State', cell: ({ state }) => <Badge tone={onboardingTone(state)}>{state}</Badge> },
          { title: 'Domain', cell: ({ domain }) => <Foreign text={domain} /> },
          { title: 'Since', cell: ({ since }) => <Time iso={since} /> },
          { title: 'Attempts', isNumber: true, cell: ({ attempts }) => count(attempts) },
          { title: 'Code', cell: ({ code }) => code && <code>{code}</code> },
        ]}
      />
    </>
  );
}
