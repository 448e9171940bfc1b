import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Letter, Selection } from '../documents.js';
import { usePages } from '../load.js';
import { Foreign } from '../parts/foreign.js';
import { More } from '../parts/more.js';
import { SelectionForm } from '../parts/selection-form.js';
import { ActionButton, Empty, Failure, Loading, Time, Title } from '../parts/small.js';
import { type Column, Table } from '../parts/table.js';
import { usePlanning } from '../planning.js';
import { go, hashOf } from '../route.js';
import { queryOf, wordsOf } from '../selection.js';
import { isOperator } from '../session.js';
import { count, counted } from '../words.js';

const PAGE_LETTERS = 50;
const lettersOf = (answer: { letters: Letter[] }): Letter[] => answer.letters;

export function Letters({ selection }: { selection: Selection }): VNode {
  const query = queryOf(selection);
  query.set('limit', String(PAGE_LETTERS));
  const path = `api/dead-letters?${query.toString()}`;
  const pages = usePages<Letter>(path, lettersOf);
  const planning = usePlanning();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const pick = (id: string): void => {
    const changed = new Set(picked);
    if (!changed.delete(id)) changed.add(id);
    setPicked(changed);
  };
  const { items, total, error } = pages;
  return (
    <>
      <Title text="Letters" />
      <p>
        <a href={hashOf({ view: 'groups', selection: {} })}>All groups</a>
      </p>
      <SelectionForm
        key={path}
        selection={selection}
        onChange={(changed) => go({ view: 'letters', selection: changed })}
      />
      <Failure error={error} retry={pages.reload} />
      <Failure error={planning.error} />
      {!items && !error && <Loading what="letters" />}
      {items?.length === 0 && <Empty>No dead letter is like that.</Empty>}
      {items && items.length > 0 && (
        <>
          <div class="row">
            <p>
              {counted(total ?? items.length, 'letter')} ({wordsOf(selection)}), newest first
            </p>
            {isOperator.value && (
              <Buttons
                selection={selection}
                example={items[0]?.id ?? ''}
                total={total}
                picked={picked}
                planning={planning}
              />
            )}
          </div>
          <Table
            caption="Dead letters, newest first"
            rows={items}
            keyOf={({ id }) => id}
            columns={columnsOf(picked, pick)}
          />
          <More pages={pages} />
        </>
      )}
    </>
  );
}

interface ButtonsProps {
  selection: Selection;
  example: string;
  total: number | null;
  picked: ReadonlySet<string>;
  planning: ReturnType<typeof usePlanning>;
}

function Buttons({ selection, example, total, picked, planning }: ButtonsProps): VNode {
  const wanted = picked.size > 0 ? { ids: [...picked] } : selection;
  const firstPicked = [...picked][0];
  return (
    <div class="buttons">
      <ActionButton action={{ ...planning, run: () => planning.run(wanted) }} kind="small">
        {picked.size > 0
          ? `Plan a replay of ${count(picked.size)} picked`
          : `Plan a replay of all ${count(total ?? 0)}`}
      </ActionButton>
      <a
        role="button"
        class="small outline"
        href={hashOf({ view: 'edit', selection: wanted, example: firstPicked ?? example })}
      >
        Edit and replay
      </a>
    </div>
  );
}

function columnsOf(picked: ReadonlySet<string>, pick: (id: string) => void): Column<Letter>[] {
  const box: Column<Letter> = {
    title: 'Pick',
    cell: ({ id }) => (
      <input type="checkbox" aria-label={`Pick letter ${id}`} checked={picked.has(id)} onChange={() => pick(id)} />
    ),
  };
  return [
    { title: 'Letter', cell: ({ id }) => <a href={hashOf({ view: 'letter', id })}>{id}</a> },
    ...(isOperator.value ? [box] : []),
    { title: 'Code', cell: ({ code }) => <code>{code}</code> },
    {
      title: 'Correlation id',
      cell: ({ correlationId }) =>
        correlationId === null ? (
          '–'
        ) : (
          <a href={hashOf({ view: 'onboarding', correlationId })}>
            <Foreign text={correlationId} />
          </a>
        ),
    },
    { title: 'Message', cell: ({ message }) => <Foreign text={message} maxCharacters={120} /> },
    { title: 'Failed', cell: ({ failedAt }) => <Time iso={failedAt} /> },
    { title: 'Attempts', isNumber: true, cell: ({ attempts }) => count(attempts) },
    { title: 'Replays', isNumber: true, cell: ({ replays }) => count(replays) },
  ];
}
