import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { send } from '../api.js';
import type { EditPreview, Json, LetterInFull, Selection } from '../documents.js';
import { useAction, useLoad } from '../load.js';
import { type JsonObject, isObject, leafPaths, patchOf, patched, valueAt } from '../merge-patch.js';
import { Difference } from '../parts/difference.js';
import { Foreign, Paths } from '../parts/foreign.js';
import { ActionButton, Failure, Loading, Title } from '../parts/small.js';
import { usePlanning } from '../planning.js';
import { hashOf } from '../route.js';
import { wordsOf } from '../selection.js';

const asText = (patch: JsonObject): string => JSON.stringify(patch, null, 2);

/** A correction of one letter or of all of a selection, tried on one of them before a plan is made. */
export function Edit({ selection, example }: { selection: Selection; example: string }): VNode {
  const { data: letter, error, reload } = useLoad<LetterInFull>(`api/dead-letters/${example}`);
  return (
    <>
      <Title text="Edit and replay" />
      <p>
        The change is made to {wordsOf(selection)}; it is tried on letter{' '}
        <a href={hashOf({ view: 'letter', id: example })}>{example}</a> first. The dead letters stay as they are, and so
        do correlation id and coordinates: the replayed records say that they were edited.
      </p>
      <Failure error={error} retry={reload} />
      {!letter && !error && <Loading what="the letter" />}
      {letter && <EditForm selection={selection} letter={letter} />}
    </>
  );
}

function EditForm({ selection, letter }: { selection: Selection; letter: LetterInFull }): VNode {
  const [text, setText] = useState('{}');
  const [fault, setFault] = useState<string | null>(null);
  const [preview, setPreview] = useState<{ of: string; result: EditPreview } | null>(null);
  const planning = usePlanning();
  const trial = useAction(async (patch: JsonObject) => {
    const result = await send<EditPreview>('POST', 'api/edit/preview', { id: letter.id, patch });
    setPreview({ of: asText(patch), result });
  });
  const parsed = patchOf(text);
  const patch = 'patch' in parsed ? parsed.patch : null;
  const submit = (event: Event): void => {
    event.preventDefault();
    setFault('fault' in parsed ? parsed.fault : null);
    if (patch) trial.run(patch);
  };
  const shown = patch && preview?.of === asText(patch) ? preview.result : null;
  return (
    <form onSubmit={submit}>
      <Fields letter={letter} patch={patch ?? {}} onChange={(changed) => setText(asText(changed))} />
      <label for="patch">The change as a JSON merge patch (RFC 7396)</label>
      <textarea
        id="patch"
        rows={8}
        spellcheck={false}
        value={text}
        aria-invalid={fault ? 'true' : undefined}
        aria-describedby="patch-help"
        onInput={(event) => {
          setFault(null);
          setText(event.currentTarget.value);
        }}
      />
      <small id="patch-help">{fault ?? 'For the data of the event; null takes a member away.'}</small>
      <button type="submit" class="outline" aria-busy={trial.isBusy}>
        Preview
      </button>
      <Failure error={trial.error} />
      <div aria-live="polite">{shown && patch && <Difference preview={shown} patch={patch} />}</div>
      {shown && patch && (
        <ActionButton action={{ ...planning, run: () => planning.run(selection, patch) }}>
          Plan the edited replay
        </ActionButton>
      )}
      <Failure error={planning.error} />
    </form>
  );
}

interface FieldsProps {
  letter: LetterInFull;
  patch: JsonObject;
  onChange: (patch: JsonObject) => void;
}

/** One input for each field at fault, and for each that a person adds. */
function Fields({ letter, patch, onChange }: FieldsProps): VNode {
  const data = dataOf(letter.payload);
  const known = leafPaths(data);
  const [paths, setPaths] = useState(() => letter.fields.filter((path) => path !== ''));
  const others = known.filter((path) => !paths.includes(path));
  return (
    <fieldset class="fields">
      <legend>{letter.fields.length > 0 ? 'Fields at fault' : 'Fields to change'}</legend>
      {paths.map((path) => (
        <Field key={path} path={path} now={valueAt(data, path)} patch={patch} onChange={onChange} />
      ))}
      {others.length > 0 && (
        <div>
          <label for="another-field">Another field</label>
          <select
            id="another-field"
            value=""
            onChange={(event) => {
              const path = event.currentTarget.value;
              event.currentTarget.value = '';
              if (path !== '') setPaths([...paths, path]);
            }}
          >
            <option value="">choose …</option>
            {others.map((path) => (
              <option key={path} value={path}>
                {path}
              </option>
            ))}
          </select>
        </div>
      )}
    </fieldset>
  );
}

interface FieldProps {
  path: string;
  now: Json | undefined;
  patch: JsonObject;
  onChange: (patch: JsonObject) => void;
}

function Field({ path, now, patch, onChange }: FieldProps): VNode {
  const value = valueAt(patch, path);
  const isText = value === undefined || typeof value === 'string';
  const id = `field ${path}`.replaceAll(' ', '-');
  return (
    <div>
      <label for={id}>
        <Paths paths={[path]} />
      </label>
      <input
        id={id}
        data-search
        aria-describedby={`${id}-now`}
        disabled={!isText}
        value={typeof value === 'string' ? value : ''}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          onChange(patched(patch, path, typed === '' ? undefined : typed));
        }}
      />
      <small id={`${id}-now`}>
        Now: {now === undefined ? 'nothing' : <Foreign text={typeof now === 'string' ? now : JSON.stringify(now)} />}
        {isText ? '' : ' (set in the patch below)'}
      </small>
    </div>
  );
}

/** Data of a structured CloudEvent are a member of the payload. */
function dataOf(payload: Json): Json {
  const isEnvelope = isObject(payload) && 'specversion' in payload && payload['data'] !== undefined;
  return isEnvelope ? (payload['data'] ?? null) : payload;
}
