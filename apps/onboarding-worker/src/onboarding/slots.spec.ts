import type { CreateAnswer } from '#partner-center';
import { describe, expect, it } from 'vitest';
import { ANSWERS } from '../../test/claimed.js';
import { Slots } from './slots.js';

/** Begins as many steps as there is room for. */
function fill(slots: Slots): object[] {
  const steps: object[] = [];
  while (slots.hasRoom()) {
    const step = {};
    steps.push(step);
    slots.begin(step);
  }
  return steps;
}

function end(slots: Slots, steps: object[], answer: CreateAnswer = ANSWERS.created): void {
  for (const step of steps.splice(0)) {
    slots.learn(step, answer, 0);
    slots.end(step);
  }
}

function paused(slots: Slots): Slots {
  slots.pause(true);
  slots.pause(false);
  return slots;
}

describe('steps at once', () => {
  it('are as many as configured, and after a pause one, two, four', () => {
    const slots = new Slots(10, () => 0);
    const steps = fill(slots);
    expect(steps).toHaveLength(10);
    end(slots, steps);
    paused(slots);
    for (const expected of [1, 2, 4]) {
      const round = fill(slots);
      expect(round).toHaveLength(expected);
      end(slots, round);
    }
  });

  it('of before a pause take no room after it, but never more than configured are under way', () => {
    const slots = new Slots(10, () => 0);
    for (let n = 0; n < 9; n += 1) slots.begin({});
    paused(slots);
    expect(fill(slots)).toHaveLength(1);
    expect(slots.hasRoom()).toBe(false);
  });

  it('that hang make room for others after 20 s', () => {
    const clock = { nowMs: 0 };
    const slots = paused(new Slots(10, () => clock.nowMs));
    expect(fill(slots)).toHaveLength(1);
    clock.nowMs = 19_999;
    expect(slots.hasRoom()).toBe(false);
    clock.nowMs = 20_000;
    expect(fill(slots)).toHaveLength(1);
  });

  it('are not more because a probe ended well, or a call from before the pause', () => {
    const slots = new Slots(10, () => 0);
    const before = [{}, {}, {}];
    before.forEach((step) => slots.begin(step));
    slots.pause(true);
    const probe = {};
    slots.begin(probe);
    slots.learn(probe, ANSWERS.created, 0);
    slots.pause(true);
    slots.pause(false);
    end(slots, [...before, probe]);
    expect(slots.limitNow).toBe(1);
  });

  it('grow back after a pause in which the loop looked often', () => {
    const slots = new Slots(50, () => 0);
    for (let look = 0; look < 20; look += 1) slots.pause(true);
    slots.pause(false);
    for (let round = 0; round < 5; round += 1) end(slots, fill(slots));
    expect(slots.limitNow).toBeGreaterThanOrEqual(25);
  });

  it('learn nothing from what was never executed', () => {
    const slots = paused(new Slots(10, () => 0));
    for (const kind of ['throttled', 'not-sent', 'token-failed'] as const) end(slots, fill(slots), ANSWERS[kind]);
    expect(slots.limitNow).toBe(1);
    end(slots, fill(slots), ANSWERS.refused);
    expect(slots.limitNow).toBe(2);
  });
});

describe('claims wanted', () => {
  it('are for the room there is while nothing has ended', () => {
    const slots = paused(new Slots(10, () => 0));
    expect(slots.wanted(0)).toBe(1);
    fill(slots);
    expect(slots.wanted(0)).toBe(0);
  });
});
