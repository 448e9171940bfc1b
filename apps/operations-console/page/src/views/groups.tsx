import type { VNode } from 'preact';
import type { Group, Selection } from '../documents.js';
import { useLoad } from '../load.js';
import { Paths } from '../parts/foreign.js';
import { SelectionForm } from '../parts/selection-form.js';
import { ActionButton, Empty, Failure, Loading, Time, Title } from '../parts/small.js';
import { Sparkline } from '../parts/sparkline.js';
import { Table } from '../parts/table.js';
import { usePlanning } from '../planning.js';
import { go, hashOf } from '../route.js';
import { queryOf, wordsOf } from '../selection.js';
import { isOperator } from '../session.js';
import { count, counted } from '../words.js';

export function Groups({ selection }: { selection: Selection }): VNode {
  const path = `api/dead-letters/groups?${queryOf(selection).toString()}`;
  const { data, error, reload } = useLoad<{ total: number; groups: Group[] }>(path);
  const planning = usePlanning();
  return (
    <>
      <Title text="Dead letters" />
      <SelectionForm
        key={path}
        selection={selection}
        onChange={(changed) => go({ view: 'groups', selection: changed })}
      />
      <Failure error={error} retry={reload} />
      <Failure error={planning.error} />
      {!data && !error && <Loading what="the dead-letter topic" />}
      {data?.total === 0 && <Nothing selection={selection} />}
      {data && data.total > 0 && (
        <>
          <div class="row">
            <p>
              {counted(data.total, 'letter')} in {counted(data.groups.length, 'group')} ({wordsOf(selection)})
            </p>
            <a href={hashOf({ view: 'letters', selection })}>Show them one by one</a>
            {isOperator.value && (
              <ActionButton action={{ ...planning, run: () => planning.run(selection) }} kind="outline small">
                Plan a replay of all {count(data.total)}
              </ActionButton>
            )}
          </div>
          <GroupTable groups={data.groups} selection={selection} onPlan={planning.run} />
        </>
      )}
    </>
  );
}

function Nothing({ selection }: { selection: Selection }): VNode {
  if (Object.keys(selection).length > 0) return <Empty>No dead letter is like that.</Empty>;
  return <Empty>There are no dead letters: every request that was taken has a tenant or is pending.</Empty>;
}

interface GroupTableProps {
  groups: Group[];
  selection: Selection;
  onPlan: (selection: Selection) => void;
}

function GroupTable({ groups, selection, onPlan }: GroupTableProps): VNode {
  const of = ({ fingerprint }: Group): Selection => ({ ...selection, group: fingerprint });
  return (
    <Table
      caption="Dead letters grouped by kind of failure"
      rows={groups}
      keyOf={({ fingerprint }) => fingerprint}
      columns={[
        {
          title: 'Code',
          cell: (group) => (
            <>
              <a href={hashOf({ view: 'letters', selection: of(group) })}>
                <code>{group.code}</code>
              </a>
              {group.httpStatus !== null && <small class="note">status {group.httpStatus}</small>}
            </>
          ),
        },
        { title: 'Fields', cell: ({ fields }) => (fields.length > 0 ? <Paths paths={fields} /> : '–') },
        { title: 'Letters', isNumber: true, cell: (group) => count(group.count) },
        { title: 'First seen', cell: ({ firstFailedAt }) => <Time iso={firstFailedAt} /> },
        { title: 'Last seen', cell: ({ lastFailedAt }) => <Time iso={lastFailedAt} /> },
        { title: 'Last 24 hours', cell: ({ trend }) => <Sparkline values={trend} /> },
        ...(isOperator.value
          ? [
              {
                title: 'Replay',
                cell: (group: Group) => (
                  <GroupButtons group={group} selection={of(group)} onPlan={() => onPlan(of(group))} />
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

interface GroupButtonsProps {
  group: Group;
  /** The letters of the group that are shown: no others are planned or edited. */
  selection: Selection;
  onPlan: () => void;
}

function GroupButtons({ group, selection, onPlan }: GroupButtonsProps): VNode {
  const of = ` of ${counted(group.count, 'letter')} with ${group.code}`;
  return (
    <div class="buttons">
      <button type="button" class="small" onClick={onPlan}>
        Plan<span class="unseen"> a replay{of}</span>
      </button>
      <a class="small outline" role="button" href={hashOf({ view: 'edit', selection, example: group.example })}>
        Edit<span class="unseen"> and replay{of}</span>
      </a>
    </div>
  );
}
