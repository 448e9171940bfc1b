import { useEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { get } from '../api.js';
import type { Forecast, Json, Plan as Document, PlanLetter } from '../documents.js';
import { useAction, useLoad, usePages } from '../load.js';
import { Foreign, ForeignBlock } from '../parts/foreign.js';
import { More } from '../parts/more.js';
import { PlanButtons } from '../parts/plan-buttons.js';
import { PlanProgress } from '../parts/plan-progress.js';
import { Reveal } from '../parts/reveal.js';
import { Badge, Failure, Facts, Loading, Time, Title } from '../parts/small.js';
import { StartForm } from '../parts/start-form.js';
import { Table } from '../parts/table.js';
import { hashOf } from '../route.js';
import { wordsOf } from '../selection.js';
import { isOperator } from '../session.js';
import { FORECASTS, LETTER_STATES, PLAN_STATES, count, counted, endedOf } from '../words.js';

const RUNNING_REFRESH_MS = 1_000;
const REFRESH_MS = 5_000;
const PAGE_LETTERS = 50;
const lettersOf = (answer: { letters: PlanLetter[] }): PlanLetter[] => answer.letters;

export function Plan({ plan }: { plan: string }): VNode {
  const { data, error, reload } = useLoad<Document>(`api/plans/${encodeURIComponent(plan)}`, paceOf);
  return (
    <>
      <Title text="Replay plan" />
      {error?.status === 404 ? <p>There is no plan {plan}.</p> : <Failure error={error} retry={reload} />}
      {!data && !error && <Loading what="the plan" />}
      {data && <PlanInFull plan={data} reload={reload} />}
    </>
  );
}

function paceOf(plan: Document | null): number | null {
  if (plan?.state === 'running') return RUNNING_REFRESH_MS;
  // Somebody else may start, resume or abort it.
  return plan?.state === 'done' || plan?.state === 'aborted' ? null : REFRESH_MS;
}

function PlanInFull({ plan, reload }: { plan: Document; reload: () => void }): VNode {
  const { title, tone } = PLAN_STATES[plan.state];
  return (
    <>
      <Facts
        facts={[
          ['State', <Badge tone={tone}>{title}</Badge>],
          ['Letters', `${count(plan.total)} (${wordsOf(plan.selection)})`],
          ['Made', <Time iso={plan.madeAt} />],
          ['By', <Foreign text={plan.madeBy} />],
          ['Plan', <code>{plan.plan}</code>],
        ]}
      />
      {plan.patch !== null && <Edited plan={plan.plan} patch={plan.patch} />}
      {plan.state === 'planned' ? (
        <>
          <ForecastCounts forecast={plan.forecast} />
          {isOperator.value && <StartForm plan={plan} onStarted={reload} />}
        </>
      ) : (
        <>
          <PlanProgress plan={plan} />
          {isOperator.value && <PlanButtons plan={plan} onChanged={reload} />}
          <ForecastCounts forecast={plan.forecast} />
        </>
      )}
      <PlanLetters plan={plan} />
    </>
  );
}

function Edited({ plan, patch }: { plan: string; patch: Json }): VNode {
  const [revealed, setRevealed] = useState<Json>(null);
  const reveal = useAction(async () => {
    setRevealed((await get<Document>(`api/plans/${encodeURIComponent(plan)}?reveal=1`)).patch);
  });
  return (
    <details>
      <summary>Edited: the patch</summary>
      <ForeignBlock text={JSON.stringify(revealed ?? patch, null, 2)} label="Patch" />
      <Reveal isRevealed={revealed !== null} reveal={reveal} what="Personal data are masked." />
    </details>
  );
}

function ForecastCounts({ forecast }: { forecast: Record<Forecast, number> }): VNode {
  const kinds = Object.keys(FORECASTS) as Forecast[];
  return (
    <>
      <h2>Forecast</h2>
      <dl class="figures">
        {kinds.map((kind) => {
          const { title, meaning, tone } = FORECASTS[kind];
          const n = forecast[kind];
          return (
            <div key={kind} class={n === 0 ? 'none' : tone}>
              <dt>{title}</dt>
              <dd>
                <b>{count(n)}</b>
                <small>{meaning}</small>
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

function PlanLetters({ plan }: { plan: Document }): VNode {
  const path = `api/plans/${encodeURIComponent(plan.plan)}/letters?limit=${PAGE_LETTERS}`;
  const pages = usePages<PlanLetter>(path, lettersOf);
  const ended = endedOf(plan) + plan.sent;
  const seen = useRef(ended);
  useEffect(() => {
    if (seen.current !== ended && !pages.isBusy) {
      seen.current = ended;
      pages.reload();
    }
  }, [ended, pages.isBusy]);
  return (
    <>
      <h2>{counted(plan.total, 'letter')}, oldest first</h2>
      <Failure error={pages.error} retry={pages.reload} />
      {!pages.items && !pages.error && <Loading what="the letters of the plan" />}
      {pages.items && pages.items.length > 0 && (
        <Table
          caption="Letters of the plan"
          rows={pages.items}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Letter', cell: ({ id }) => <a href={hashOf({ view: 'letter', id })}>{id}</a> },
            {
              title: 'Forecast',
              cell: ({ forecast }) => <Badge tone={FORECASTS[forecast].tone}>{FORECASTS[forecast].title}</Badge>,
            },
            { title: 'Why', cell: ({ why }) => <Foreign text={why} /> },
            {
              title: 'Now',
              cell: ({ state, code }) => (
                <>
                  <Badge tone={LETTER_STATES[state].tone}>{LETTER_STATES[state].title}</Badge>{' '}
                  {code && <code>{code}</code>}
                </>
              ),
            },
          ]}
        />
      )}
      <More pages={pages} />
    </>
  );
}
