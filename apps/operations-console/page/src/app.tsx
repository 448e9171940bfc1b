import { useEffect, useErrorBoundary } from 'preact/hooks';
import type { VNode } from 'preact';
import { announced } from './announcements.js';
import { ApiError, get, send } from './api.js';
import type { Role } from './documents.js';
import { useAction } from './load.js';
import { ConfirmDialog } from './parts/confirm.js';
import { Help } from './parts/help.js';
import { Failure, Loading, Notice, Title } from './parts/small.js';
import { type Route, hashOf, route } from './route.js';
import { session } from './session.js';
import { isHelpOpen, listenForShortcuts } from './shortcuts.js';
import { Audit } from './views/audit.js';
import { Edit } from './views/edit.js';
import { Groups } from './views/groups.js';
import { Letter } from './views/letter.js';
import { Letters } from './views/letters.js';
import { Login } from './views/login.js';
import { Onboarding } from './views/onboarding.js';
import { Onboardings } from './views/onboardings.js';
import { Overview } from './views/overview.js';
import { Plan } from './views/plan.js';
import { Plans } from './views/plans.js';

/** Asks who is there, shows the login or the view of the address. A session that ends leaves the address as it is. */
export function App(): VNode {
  const enter = useAction(async () => {
    try {
      const { role } = await get<{ role: Role }>('api/session');
      session.value = { kind: 'in', role };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      session.value = { kind: 'out', notice: null };
    }
  });
  useEffect(() => enter.run(), []);
  const { value } = session;
  switch (value.kind) {
    case 'asking':
      return (
        <main id="main" class="login">
          <h1 class="unseen">Onboarding console</h1>
          {enter.error ? <Failure error={enter.error} retry={enter.run} /> : <Loading what="the session" />}
        </main>
      );
    case 'out':
      return <Login notice={value.notice} />;
    case 'in':
      return <Console role={value.role} />;
  }
}

function Console({ role }: { role: Role }): VNode {
  useEffect(listenForShortcuts, []);
  const now = route.value;
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address says which view is shown: it must not become `#main`.
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to the content
      </a>
      <Header role={role} now={now} />
      <main id="main" tabIndex={-1} class="container-fluid">
        <Guarded key={hashOf(now)}>{viewOf(now)}</Guarded>
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {announced.value}
      </div>
      <ConfirmDialog />
      <Help />
    </>
  );
}

const PLACES: [title: string, to: Route, views: Route['view'][]][] = [
  ['Overview', { view: 'overview' }, ['overview']],
  ['Onboardings', { view: 'onboardings', q: '' }, ['onboardings', 'onboarding']],
  ['Dead letters', { view: 'groups', selection: {} }, ['groups', 'letters', 'letter', 'edit']],
  ['Plans', { view: 'plans' }, ['plans', 'plan']],
  ['Audit', { view: 'audit' }, ['audit']],
];

function Header({ role, now }: { role: Role; now: Route }): VNode {
  const logOut = useAction(async () => {
    await send('DELETE', 'api/session');
    session.value = { kind: 'out', notice: 'You are logged out.' };
  });
  return (
    <header class="container-fluid">
      <nav aria-label="Main">
        <ul>
          {PLACES.map(([title, to, views]) => (
            <li key={title}>
              <a href={hashOf(to)} aria-current={views.includes(now.view) ? 'page' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="who">
        <span>{role === 'operator' ? 'Operator' : 'Viewer (may look only)'}</span>
        <button type="button" class="small outline secondary" onClick={() => (isHelpOpen.value = true)}>
          Keys
        </button>
        <button type="button" class="small outline secondary" onClick={logOut.run}>
          Log out
        </button>
      </div>
      <Failure error={logOut.error} />
    </header>
  );
}

/**
 * Keyed by its address: another letter, or another filter of the same list, is another view that begins at its heading.
 * One that fails (an answer of another version of the console, say) says so, and the others can still be reached.
 */
function Guarded({ children }: { children: VNode }): VNode {
  const failure: unknown = useErrorBoundary()[0];
  if (failure === undefined) return children;
  return (
    <Notice tone="bad">
      <p>This view failed: {failure instanceof Error ? failure.message : String(failure)}</p>
      <button type="button" class="outline small" onClick={() => location.reload()}>
        Load the page anew
      </button>
    </Notice>
  );
}

function viewOf(now: Route): VNode {
  switch (now.view) {
    case 'overview':
      return <Overview />;
    case 'onboardings':
      return <Onboardings q={now.q} />;
    case 'onboarding':
      return <Onboarding correlationId={now.correlationId} />;
    case 'groups':
      return <Groups selection={now.selection} />;
    case 'letters':
      return <Letters selection={now.selection} />;
    case 'letter':
      return <Letter id={now.id} />;
    case 'edit':
      return <Edit selection={now.selection} example={now.example} />;
    case 'plans':
      return <Plans />;
    case 'plan':
      return <Plan plan={now.plan} />;
    case 'audit':
      return <Audit />;
    case 'nowhere':
      return (
        <>
          <Title text="Not found" />
          <p>
            There is nothing at this address. <a href={hashOf({ view: 'overview' })}>To the overview</a>
          </p>
        </>
      );
  }
}
