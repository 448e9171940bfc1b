import type { VNode } from 'preact';
import type { PlanListItem } from '../documents.js';
import { useLoad } from '../load.js';
import { Foreign } from '../parts/foreign.js';
import { Badge, Empty, Failure, Loading, Time, Title } from '../parts/small.js';
import { Table } from '../parts/table.js';
import { hashOf } from '../route.js';
import { wordsOf } from '../selection.js';
import { PLAN_STATES, count, endedOf } from '../words.js';

const REFRESH_MS = 3_000;

export function Plans(): VNode {
  const { data, error, reload } = useLoad<{ plans: PlanListItem[] }>('api/plans', (shown) =>
    shown?.plans.some(({ state }) => state === 'running') ? REFRESH_MS : null,
  );
  return (
    <>
      <Title text="Replay plans" />
      <Failure error={error} retry={reload} />
      {!data && !error && <Loading what="plans" />}
      {data?.plans.length === 0 && (
        <Empty>
          No replay was planned yet. Choose a group of{' '}
          <a href={hashOf({ view: 'groups', selection: {} })}>dead letters</a> and plan one: nothing is sent before you
          start it.
        </Empty>
      )}
      {data && data.plans.length > 0 && <PlanTable plans={data.plans} />}
    </>
  );
}

function PlanTable({ plans }: { plans: PlanListItem[] }): VNode {
  return (
    <Table
      caption="Plans of replays, newest first"
      rows={plans}
      keyOf={({ plan }) => plan}
      columns={[
        {
          title: 'Made',
          cell: ({ plan, madeAt }) => (
            <a href={hashOf({ view: 'plan', plan })}>
              <Time iso={madeAt} />
            </a>
          ),
        },
        {
          title: 'State',
          cell: ({ state }) => <Badge tone={PLAN_STATES[state].tone}>{PLAN_STATES[state].title}</Badge>,
        },
        { title: 'Of', cell: ({ selection }) => <Foreign text={wordsOf(selection)} /> },
        { title: 'Letters', isNumber: true, cell: ({ total }) => count(total) },
        { title: 'Ended', isNumber: true, cell: (plan) => count(endedOf(plan)) },
        { title: 'As forecast', isNumber: true, cell: ({ asForecast }) => count(asForecast) },
        { title: 'By', cell: ({ madeBy }) => <Foreign text={madeBy} /> },
      ]}
    />
  );
}
