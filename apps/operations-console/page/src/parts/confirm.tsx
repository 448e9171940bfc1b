import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import { route } from '../route.js';

export interface Question {
  title: string;
  body: ComponentChildren;
  /** The words on the button that goes on. */
  action: string;
}

const asked = signal<(Question & { answer: (isYes: boolean) => void }) | null>(null);

/** Asks before something that cannot be taken back; Escape and "Cancel" are no. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (isYes) => {
        asked.value = null;
        resolve(isYes);
      },
    };
  });
}

/** Leaving the view, and the end of the session, are a no as well: nobody answers later what they no longer see. */
export function ConfirmDialog(): VNode | null {
  const question = asked.value;
  const now = route.value;
  useEffect(() => () => asked.peek()?.answer(false), [now]);
  if (!question) return null;
  return (
    <Modal title={question.title} onClose={() => question.answer(false)}>
      <div>{question.body}</div>
      <footer>
        <button type="button" class="secondary outline" onClick={() => question.answer(false)}>
          Cancel
        </button>
        <button type="button" onClick={() => question.answer(true)}>
          {question.action}
        </button>
      </footer>
    </Modal>
  );
}

interface ModalProps {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
}

/** The browser's own modal dialog: it keeps the focus inside, and gives it back to where it was. */
export function Modal({ title, children, onClose }: ModalProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="modal-title"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <article>
        <h2 id="modal-title">{title}</h2>
        {children}
      </article>
    </dialog>
  );
}
