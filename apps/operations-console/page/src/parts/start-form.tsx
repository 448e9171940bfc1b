import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { send } from '../api.js';
import type { Plan } from '../documents.js';
import { useAction } from '../load.js';
import { START_DEFAULTS, type StartFields, startOptionsOf } from '../start-options.js';
import { counted, percent } from '../words.js';
import { confirm } from './confirm.js';
import { Empty, Failure } from './small.js';

const NUMBERS: [name: 'ramp' | 'rate' | 'stopAtPercent', label: string, help: string][] = [
  ['ramp', 'Ramp', 'Letters of each step; the last size repeats.'],
  ['rate', 'Letters a second at most', 'Nothing: as fast as they are taken.'],
  ['stopAtPercent', 'Stop at % failed', 'Share of the letters sent that failed again, looked at after each step.'],
];

/** Slowly first, and only after a yes. */
export function StartForm({ plan, onStarted }: { plan: Plan; onStarted: () => void }): VNode {
  const [fields, setFields] = useState<StartFields>(START_DEFAULTS);
  const [isTried, setIsTried] = useState(false);
  const checked = startOptionsOf(fields);
  const faults = isTried && 'faults' in checked ? checked.faults : {};
  const toSend = plan.total - plan.nothing;
  const start = useAction(async () => {
    setIsTried(true);
    if ('faults' in checked) return;
    const isYes = await confirm({
      title: `Send ${counted(toSend, 'letter')} again?`,
      body: <Expected plan={plan} fields={fields} />,
      action: 'Start the replay',
    });
    if (!isYes) return;
    await send('POST', `api/plans/${encodeURIComponent(plan.plan)}/start`, checked.options);
    onStarted();
  });
  if (toSend === 0) return <Empty>No letter of this plan would be sent: there is nothing to start.</Empty>;
  return (
    <form
      class="start"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        start.run();
      }}
    >
      <h2>Start</h2>
      <div class="fields">
        {NUMBERS.map(([name, label, help]) => (
          <div key={name}>
            <label for={name}>{label}</label>
            <input
              id={name}
              autocomplete="off"
              value={fields[name]}
              aria-invalid={faults[name] ? 'true' : undefined}
              aria-describedby={`${name}-help`}
              onInput={(event) => setFields({ ...fields, [name]: event.currentTarget.value })}
            />
            <small id={`${name}-help`}>{faults[name] ?? help}</small>
          </div>
        ))}
      </div>
      <label>
        <input
          type="checkbox"
          checked={fields.force}
          onChange={(event) => setFields({ ...fields, force: event.currentTarget.checked })}
        />
        Also letters that were replayed three times or more
      </label>
      <button type="submit" aria-busy={start.isBusy}>
        Start …
      </button>
      <Failure error={start.error} />
    </form>
  );
}

function Expected({ plan, fields }: { plan: Plan; fields: StartFields }): VNode {
  const { failAgain, nothing } = plan.forecast;
  return (
    <>
      <p>
        In steps of {fields.ramp}
        {fields.rate.trim() && `, at most ${fields.rate.trim()} a second`}; stops by itself when {fields.stopAtPercent}{' '}
        % have failed again.
      </p>
      {failAgain > 0 && (
        <p>
          <strong>{counted(failAgain, 'letter')}</strong> ({percent(failAgain, plan.total - nothing)}) will fail again
          by the forecast.
        </p>
      )}
    </>
  );
}
