import type { VNode } from 'preact';
import { send } from '../api.js';
import type { Plan } from '../documents.js';
import { useAction } from '../load.js';
import { counted } from '../words.js';
import { confirm } from './confirm.js';
import { ActionButton, Failure } from './small.js';

export function PlanButtons({ plan, onChanged }: { plan: Plan; onChanged: () => void }): VNode | null {
  const order = async (name: 'pause' | 'resume' | 'abort'): Promise<void> => {
    await send('POST', `api/plans/${encodeURIComponent(plan.plan)}/${name}`);
    onChanged();
  };
  const pause = useAction(() => order('pause'));
  const resume = useAction(() => order('resume'));
  const abort = useAction(async () => {
    const isYes = await confirm({
      title: 'Abort the replay?',
      body: `${counted(plan.waiting, 'letter')} will not be sent by this plan. What was sent goes on to its end.`,
      action: 'Abort it',
    });
    if (isYes) await order('abort');
  });
  const { state } = plan;
  if (state !== 'running' && state !== 'paused' && state !== 'stopped') return null;
  return (
    <>
      <div class="buttons">
        {state === 'running' ? (
          <ActionButton action={pause}>Pause</ActionButton>
        ) : (
          <ActionButton action={resume}>Resume</ActionButton>
        )}
        <ActionButton action={abort} kind="outline secondary">
          Abort …
        </ActionButton>
      </div>
      <Failure error={pause.error ?? resume.error ?? abort.error} />
    </>
  );
}
