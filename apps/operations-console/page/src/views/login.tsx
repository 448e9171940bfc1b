import { useEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { send } from '../api.js';
import type { Role } from '../documents.js';
import { useAction } from '../load.js';
import { Failure, Notice, Title } from '../parts/small.js';
import { session } from '../session.js';

/** The token goes to the server once and is kept nowhere here; a cookie that scripts cannot read stands for it. */
export function Login({ notice }: { notice: string | null }): VNode {
  const [token, setToken] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const login = useAction(async () => {
    setIsWrong(false);
    try {
      const { role } = await send<{ role: Role }>('POST', 'api/session', { token: token.trim() });
      session.value = { kind: 'in', role };
    } catch (error) {
      setIsWrong(true);
      field.current?.focus();
      field.current?.select();
      throw error;
    }
  });
  const refused = login.error?.status === 401;
  return (
    <main id="main" class="login">
      <article>
        <Title text="Log in">Onboarding console</Title>
        {notice && <Notice tone="busy">{notice}</Notice>}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            login.run();
          }}
        >
          <label for="token">Token</label>
          <input
            ref={field}
            id="token"
            type="password"
            autocomplete="current-password"
            required
            value={token}
            aria-invalid={isWrong && refused ? 'true' : undefined}
            aria-describedby="token-help"
            onInput={(event) => setToken(event.currentTarget.value)}
          />
          <small id="token-help">
            {refused
              ? 'This is neither the token of an operator nor that of a viewer.'
              : 'Of an operator, or of a viewer who may look only.'}
          </small>
          <div aria-live="assertive">
            <Failure error={login.error} />
          </div>
          <button type="submit" aria-busy={login.isBusy}>
            Log in
          </button>
        </form>
      </article>
    </main>
  );
}
