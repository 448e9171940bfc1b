import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import type { ApiError } from '../api.js';
import type { Action } from '../load.js';
import { type Tone, time } from '../words.js';

/** A word with a mark in front, so that its meaning does not hang on the colour. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }): VNode {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function Time({ iso }: { iso: string }): VNode {
  return (
    <time dateTime={iso} title={iso}>
      {time(iso)}
    </time>
  );
}

export function Notice({ tone, children }: { tone: Tone; children: ComponentChildren }): VNode {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

export function Failure({ error, retry }: { error: ApiError | null; retry?: () => void }): VNode | null {
  if (!error || error.status === 401) return null;
  return (
    <Notice tone="bad">
      <p>
        {error.message} <small>({error.code})</small>
      </p>
      {retry && (
        <button type="button" class="outline small" onClick={retry}>
          Try again
        </button>
      )}
    </Notice>
  );
}

export function Loading({ what }: { what: string }): VNode {
  return (
    <p aria-busy="true" role="status">
      Reading {what} …
    </p>
  );
}

export function Empty({ children }: { children: ComponentChildren }): VNode {
  return <p class="empty">{children}</p>;
}

interface FactsProps {
  facts: [string, ComponentChildren][];
  kind?: 'counts' | '';
}

/** Names and values; what has no value is left out. */
export function Facts({ facts, kind = '' }: FactsProps): VNode {
  const told = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl class={`facts ${kind}`}>
      {told.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface ButtonProps {
  action: Action<[]>;
  children: ComponentChildren;
  kind?: string;
  disabled?: boolean;
}

/** A button that says that it works and cannot be pressed twice. */
export function ActionButton({ action, children, kind = '', disabled = false }: ButtonProps): VNode {
  return (
    <button
      type="button"
      class={kind}
      aria-busy={action.isBusy}
      disabled={disabled}
      aria-disabled={action.isBusy}
      onClick={action.run}
    >
      {children}
    </button>
  );
}

let isFirstTitle = true;

/**
 * The heading of a view. After a move inside the page it takes the focus, so that keyboard and screen reader begin
 * there; the first view of all leaves it where the browser put it.
 */
export function Title({ text, children }: { text: string; children?: ComponentChildren }): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} – Onboarding console`;
  }, [text]);
  useEffect(() => {
    if (!isFirstTitle) heading.current?.focus();
    isFirstTitle = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? text}
    </h1>
  );
}
