import type { VNode } from 'preact';
import type { Action } from '../load.js';
import { isOperator } from '../session.js';
import { ActionButton, Failure, Notice } from './small.js';

interface RevealProps {
  isRevealed: boolean;
  reveal: Action<[]>;
  /** What is masked, in a sentence. */
  what: string;
}

/** Under what is masked: how an operator gets to see it, and that this leaves a trace. */
export function Reveal({ isRevealed, reveal, what }: RevealProps): VNode {
  return (
    <>
      {isRevealed && <Notice tone="busy">Personal data are shown. The audit says that you looked.</Notice>}
      {!isRevealed && (
        <p>
          {what}
          {isOperator.value && (
            <>
              {' '}
              <ActionButton action={reveal} kind="outline small">
                Show everything
              </ActionButton>{' '}
              <small>This is written in the audit.</small>
            </>
          )}
        </p>
      )}
      <Failure error={reveal.error} />
    </>
  );
}
