import { Fragment, type VNode } from 'preact';
import { useState } from 'preact/hooks';
import { SHOWN_MAX_CHARACTERS, seen } from '../foreign-text.js';
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

/** As a block of its own; what is very long is cut until it is asked for. */
export function ForeignBlock({ text, label }: { text: string; label: string }): VNode {
  const [isWhole, setIsWhole] = useState(false);
  const isCut = !isWhole && text.length > SHOWN_MAX_CHARACTERS;
  return (
    <>
      {/* Scrolls by itself, so it has to be reached by keyboard. */}
      <pre class="foreign" tabIndex={0} role="region" aria-label={label}>
        <code>{seen(isCut ? text.slice(0, SHOWN_MAX_CHARACTERS) : text)}</code>
      </pre>
      {isCut && (
        <p>
          The first {count(SHOWN_MAX_CHARACTERS)} of {count(text.length)} characters.{' '}
          <button type="button" class="outline small" onClick={() => setIsWhole(true)}>
            Show all
          </button>
        </p>
      )}
    </>
  );
}
