import { describe, expect, it } from 'vitest';
import { Output } from '../output.js';
import { planText } from './plan-view.js';

const out = new Output(false);
const NONE = { create: 0, announceAgain: 0, reconcile: 0, failAgain: 0, nothing: 0 };
const PLAN = { plan: '7c0e2f1a-0000-4000-8000-000000000000', state: 'planned' as const };
const LETTER = {
  n: 1,
  id: '2:2',
  forecast: 'create' as const,
  why: 'tried anew',
  state: 'waiting' as const,
  code: null,
};

describe('a plan', () => {
  it('says what it would do and how it is started', () => {
    const text = planText(
      out,
      { ...PLAN, total: 1, forecast: { ...NONE, create: 1 } },
      { letters: [LETTER], edit: null },
    );
    expect(text).toContain('with 1 letter\n');
    expect(text).toMatch(/^2:2 +create +tried anew$/m);
    expect(text).toContain(`replay start ${PLAN.plan}`);
    expect(text).not.toContain('edit');
  });

  it('shows what its edit changes, and where it changes nothing', () => {
    const summary = { ...PLAN, total: 1, forecast: { ...NONE, create: 1 } };
    const changes = [{ path: 'companyProfile.domain', old: '"a.example"', new: '"b.example"' }];
    const text = planText(out, summary, { letters: [LETTER], edit: { id: '2:2', changes } });
    expect(text).toContain('The edit, in letter 2:2:\n');
    expect(text).toMatch(/^companyProfile\.domain +"a\.example" +"b\.example"$/m);
    const without = planText(out, summary, { letters: [LETTER], edit: { id: '2:2', changes: [] } });
    expect(without).toContain('The edit changes nothing in letter 2:2.');
  });

  it('of which nothing would be sent is not to be started', () => {
    for (const nothing of [0, 3]) {
      const text = planText(
        out,
        { ...PLAN, total: nothing, forecast: { ...NONE, nothing } },
        { letters: [], edit: null },
      );
      expect(text).toContain('Nothing of it would be sent.');
      expect(text).not.toContain('replay start');
    }
  });
});
