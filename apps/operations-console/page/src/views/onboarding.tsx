import type { VNode } from 'preact';
import type { Onboarding as Document } from '../documents.js';
import { useLoad } from '../load.js';
import { Foreign } from '../parts/foreign.js';
import { Badge, Failure, Facts, Loading, Time, Title } from '../parts/small.js';
import { TimeLine } from '../parts/time-line.js';
import { hashOf } from '../route.js';
import { count, onboardingTone } from '../words.js';

const REFRESH_MS = 3_000;
const hasEnded = (state: string): boolean => state !== 'open' && state !== 'held';

export function Onboarding({ correlationId }: { correlationId: string }): VNode {
  const { data, error, reload } = useLoad<Document>(`api/onboardings/${encodeURIComponent(correlationId)}`, (shown) =>
    shown && hasEnded(shown.state) ? null : REFRESH_MS,
  );
  return (
    <>
      <Title text={`Onboarding ${correlationId}`}>
        Onboarding <Foreign text={correlationId} />
      </Title>
      {error?.status === 404 ? (
        <p>
          No onboarding has this correlation id.{' '}
          <a href={hashOf({ view: 'groups', selection: { correlationId } })}>Are there dead letters of it?</a>
        </p>
      ) : (
        <Failure error={error} retry={reload} />
      )}
      {!data && !error && <Loading what="the onboarding" />}
      {data && <Story onboarding={data} />}
    </>
  );
}

function Story({ onboarding }: { onboarding: Document }): VNode {
  const { state, domain, tenantId, code, attempts, revision, requestId, msCorrelationId, dueAt, letters } = onboarding;
  return (
    <>
      <Facts
        facts={[
          ['State', <Badge tone={onboardingTone(state)}>{state}</Badge>],
          ['Domain', <Foreign text={domain} />],
          ['Tenant', tenantId && <code>{tenantId}</code>],
          ['Code', code && <code>{code}</code>],
          ['Attempts', count(attempts)],
          ['Revision', count(revision)],
          ['Next step due', dueAt && !hasEnded(state) && <Time iso={dueAt} />],
          ['Request id (MS-RequestId)', <code>{requestId}</code>],
          ['MS-CorrelationId', <code>{msCorrelationId}</code>],
          ['Dead letters', letters.length > 0 && <LetterLinks ids={letters} />],
        ]}
      />
      <h2>What happened</h2>
      <TimeLine entries={onboarding.history} />
    </>
  );
}

function LetterLinks({ ids }: { ids: string[] }): VNode {
  return (
    <ul class="inline">
      {ids.map((id) => (
        <li key={id}>
          <a href={hashOf({ view: 'letter', id })}>{id}</a>
        </li>
      ))}
    </ul>
  );
}
