import { Fragment, type VNode } from 'preact';
import { useState } from 'preact/hooks';
import { SHOWN_FIRST_CHARACTERS, SHOWN_MORE_CHARACTERS, seen } from '../foreign-text.js';
import { count } from '../words.js';

const PATHS_MAX_CHARACTERS = 1_000;

/** Text of foreign make in a line: a text node of its own direction, with nothing unseen in it. */
export function Foreign({ text, maxCharacters = 300 }: { text: string; maxCharacters?: number }): VNode {
  const isCut = text.length > maxCharacters;
  return <bdi class="foreign">{seen(isCut ? `${text.slice(0, maxCharacters)} …` : text)}</bdi>;
}

/** Paths of properties, which may break after their dots. */
export function Paths({ paths }: { paths: string[] }): VNode {
  return (
    <bdi class="foreign">
      {seen(paths.join(', ').slice(0, PATHS_MAX_CHARACTERS))
        .split(/(?<=\.)/)
        .map((part, n) => (
          <Fragment key={n}>
            {part}
            <wbr />
          </Fragment>
        ))}
    </bdi>
  );
}

/** As a block of its own; of what is very long the beginning, and more of it when asked. */
export function ForeignBlock({ text, label }: { text: string; label: string }): VNode {
  const [shownCharacters, setShownCharacters] = useState(SHOWN_FIRST_CHARACTERS);
  const isCut = text.length > shownCharacters;
  return (
    <>
      {/* Scrolls by itself, so it has to be reached by keyboard. */}
      <pre class="foreign" tabIndex={0} role="region" aria-label={label}>
        <code>{seen(isCut ? text.slice(0, shownCharacters) : text)}</code>
      </pre>
      {isCut && (
        <p>
          The first {count(shownCharacters)} of {count(text.length)} characters.{' '}
          <button
            type="button"
            class="outline small"
            onClick={() => setShownCharacters(shownCharacters + SHOWN_MORE_CHARACTERS)}
          >
            Show more
          </button>
        </p>
      )}
    </>
  );
}
