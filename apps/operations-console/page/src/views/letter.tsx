import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { get } from '../api.js';
import type { LetterInFull } from '../documents.js';
import { type Action, useAction, useLoad } from '../load.js';
import { Foreign, ForeignBlock, Paths } from '../parts/foreign.js';
import { Reveal } from '../parts/reveal.js';
import { ActionButton, Badge, Failure, Facts, Loading, Time, Title } from '../parts/small.js';
import { Table } from '../parts/table.js';
import { TimeLine } from '../parts/time-line.js';
import { usePlanning } from '../planning.js';
import { hashOf } from '../route.js';
import { isOperator } from '../session.js';
import { count, onboardingTone } from '../words.js';

export function Letter({ id }: { id: string }): VNode {
  const { data, error, reload } = useLoad<LetterInFull>(`api/dead-letters/${id}`);
  const [revealed, setRevealed] = useState<LetterInFull | null>(null);
  const reveal = useAction(async () => setRevealed(await get<LetterInFull>(`api/dead-letters/${id}?reveal=1`)));
  const planning = usePlanning();
  const letter = revealed ?? data;
  return (
    <>
      <Title text={`Dead letter ${id}`} />
      {error?.status === 404 ? <p>There is no dead letter {id}.</p> : <Failure error={error} retry={reload} />}
      {!letter && !error && <Loading what="the letter" />}
      {letter && (
        <>
          <p class="lead">
            <code>{letter.code}</code> <Foreign text={letter.message} maxCharacters={600} />
          </p>
          {isOperator.value && (
            <div class="buttons">
              <ActionButton action={{ ...planning, run: () => planning.run({ ids: [id] }) }}>
                Plan a replay
              </ActionButton>
              <a role="button" class="outline" href={hashOf({ view: 'edit', selection: { ids: [id] }, example: id })}>
                Edit and replay
              </a>
            </div>
          )}
          <Failure error={planning.error} />
          <LetterFacts letter={letter} />
          <Payload letter={letter} isRevealed={revealed !== null} reveal={reveal} />
          <Headers headers={letter.headers} />
          <h2>What happened</h2>
          <TimeLine entries={letter.history} />
        </>
      )}
    </>
  );
}

function LetterFacts({ letter }: { letter: LetterInFull }): VNode {
  const { correlationId, state, reason, fields, httpStatus, requestId, fingerprint, original } = letter;
  return (
    <Facts
      facts={[
        [
          'Onboarding',
          correlationId !== null && (
            <>
              <a href={hashOf({ view: 'onboarding', correlationId })}>
                <Foreign text={correlationId} />
              </a>{' '}
              {state !== null && <Badge tone={onboardingTone(state)}>{state}</Badge>}
            </>
          ),
        ],
        ['Reason', reason],
        ['Fields', fields.length > 0 && <Paths paths={fields} />],
        ['Status of the answer', httpStatus],
        ['Request id', requestId && <code>{requestId}</code>],
        ['First failed', <Time iso={letter.firstFailedAt} />],
        ['Failed', <Time iso={letter.failedAt} />],
        ['Attempts', count(letter.attempts)],
        ['Replays', count(letter.replays)],
        ['Record', <Foreign text={`${original.topic}, partition ${original.partition}, offset ${original.offset}`} />],
        [
          'Group',
          <a href={hashOf({ view: 'letters', selection: { group: fingerprint } })}>
            <code>{fingerprint}</code>
          </a>,
        ],
      ]}
    />
  );
}

interface PayloadProps {
  letter: LetterInFull;
  isRevealed: boolean;
  reveal: Action<[]>;
}

function Payload({ letter: { payload, text }, isRevealed, reveal }: PayloadProps): VNode {
  const isJson = payload !== null;
  const shown = isJson ? JSON.stringify(payload, null, 2) : text;
  return (
    <>
      <h2>Payload</h2>
      {!isJson && <p>The record has no value, or one that is no JSON{shown === null ? '.' : '; as text:'}</p>}
      {shown !== null && <ForeignBlock text={shown} label="Payload" />}
      <Reveal isRevealed={isRevealed} reveal={reveal} what="Personal data are masked, and so is what cannot be read." />
    </>
  );
}

function Headers({ headers }: { headers: LetterInFull['headers'] }): VNode {
  const rows = headers.map(([name, value], n) => ({ name, value, n }));
  return (
    <details>
      <summary>{count(headers.length)} headers</summary>
      <Table
        caption="Headers"
        rows={rows}
        keyOf={({ n }) => String(n)}
        columns={[
          { title: 'Name', cell: ({ name }) => <Foreign text={name} /> },
          {
            title: 'Value',
            cell: ({ value }) => (value === null ? <i>null</i> : <Foreign text={value} maxCharacters={2_000} />),
          },
        ]}
      />
    </details>
  );
}
