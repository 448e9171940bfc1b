import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { route } from '../route.js';
import { SHORTCUTS, areShortcutsOn, isHelpOpen, turnShortcuts } from '../shortcuts.js';
import { Modal } from './confirm.js';

export function Help(): VNode | null {
  const close = (): void => {
    isHelpOpen.value = false;
  };
  const now = route.value;
  useEffect(() => close, [now]);
  if (!isHelpOpen.value) return null;
  return (
    <Modal title="Keys" onClose={close}>
      <dl class="keys">
        {SHORTCUTS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input
          type="checkbox"
          role="switch"
          checked={areShortcutsOn.value}
          onChange={(event) => turnShortcuts(event.currentTarget.checked)}
        />
        Use these keys
      </label>
      <footer>
        <button type="button" onClick={close}>
          Close
        </button>
      </footer>
    </Modal>
  );
}
