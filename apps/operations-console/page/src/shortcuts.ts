import { signal } from '@preact/signals';
import { type Route, go } from './route.js';

/** Keys that do something outside of fields. They can be turned off (WCAG 2.1.4), and this browser remembers that. */
export const SHORTCUTS: [keys: string, meaning: string][] = [
  ['g o', 'overview'],
  ['g c', 'onboardings (customers)'],
  ['g d', 'dead letters'],
  ['g p', 'replay plans'],
  ['g a', 'audit'],
  ['/', 'to the search field'],
  ['j', 'next row'],
  ['k', 'row before'],
  ['?', 'this list'],
];

const PLACES: Record<string, Route> = {
  o: { view: 'overview' },
  c: { view: 'onboardings', q: '' },
  d: { view: 'groups', selection: {} },
  p: { view: 'plans' },
  a: { view: 'audit' },
};
const SECOND_KEY_MS = 1_500;
const OFF = 'shortcuts-off';

export const isHelpOpen = signal(false);
export const areShortcutsOn = signal(localStorage.getItem(OFF) === null);

export function turnShortcuts(isOn: boolean): void {
  areShortcutsOn.value = isOn;
  if (isOn) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, 'yes');
}

export function listenForShortcuts(): () => void {
  let goPressedAtMs = Number.NEGATIVE_INFINITY;
  const press = (event: KeyboardEvent): void => {
    const { key } = event;
    if (!areShortcutsOn.value || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const place = performance.now() - goPressedAtMs < SECOND_KEY_MS ? PLACES[key] : undefined;
    goPressedAtMs = key === 'g' ? performance.now() : Number.NEGATIVE_INFINITY;
    if (place) go(place);
    else if (key === '?') isHelpOpen.value = true;
    else if (key === '/') focusSearch();
    else if (key === 'j') focusRow(1);
    else if (key === 'k') focusRow(-1);
    else return;
    event.preventDefault();
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input:not([type=checkbox], [type=radio]), textarea, select, dialog') !== null
  );
}

function focusSearch(): void {
  const field = document.querySelector<HTMLElement>('[data-search]');
  field?.closest('details')?.setAttribute('open', '');
  field?.focus();
}

/** To the first link or button of the row after or before the one with the focus. */
function focusRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll('main tbody tr')].filter((row) => row.getClientRects().length > 0);
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const row = now < 0 ? rows.at(by === 1 ? 0 : -1) : rows[now + by];
  row?.querySelector<HTMLElement>('a, button, input')?.focus();
}
