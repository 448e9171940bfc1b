import { expect, it } from 'vitest';
import { counted, duration, latency, percent, progressOf } from './words.js';

/** Whether a line may break at a space is not told apart here. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

it.each([
  [0, '0 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [3_600, '1 h'],
  [7_500, '2 h 5 min'],
  [90_061, '1 d 1 h'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(plain(duration(seconds))).toBe(text);
});

it.each([
  [null, '–'],
  [870.4, '870 ms'],
  [2_449, '2.4 s'],
  [200_000, '3 min 20 s'],
])('writes a latency of %s ms as %s', (ms, text) => {
  expect(plain(latency(ms))).toBe(text);
});

it('calls only nothing 0 % and only all 100 %', () => {
  expect([percent(0, 900), percent(1, 900), percent(899, 900), percent(900, 900), percent(0, 0)]).toEqual([
    '0 %',
    '1 %',
    '99 %',
    '100 %',
    '0 %',
  ]);
});

it('counts one letter and a thousand letters', () => {
  expect([counted(1, 'letter'), counted(1_000, 'letter')]).toEqual(['1 letter', '1,000 letters']);
});

it('says where a plan stands in one sentence', () => {
  const status = {
    plan: 'p',
    total: 10,
    waiting: 4,
    sent: 5,
    open: 2,
    created: 2,
    announced: 0,
    failed: 1,
    nothing: 1,
  };
  expect(progressOf({ ...status, state: 'running', asForecast: 4, reason: null })).toBe(
    'Running: 4 of 10 letters ended; 2 created, 0 announced, 1 failed again; 2 open; 4 waiting.',
  );
});
