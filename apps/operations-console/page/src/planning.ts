import { send } from './api.js';
import type { Json, Selection } from './documents.js';
import { type Action, useAction } from './load.js';
import { go } from './route.js';
import { withAll } from './selection.js';

/** Freezes a selection as a plan and shows it with its forecast; nothing is sent before it is started. */
export function usePlanning(): Action<[selection: Selection, patch?: Json]> {
  return useAction(async (selection, patch) => {
    const body = { selection: withAll(selection), ...(patch === undefined ? {} : { patch }) };
    const { plan } = await send<{ plan: string }>('POST', 'api/plans', body);
    go({ view: 'plan', plan });
  });
}
