import { signal } from '@preact/signals';

export const announced = signal('');

/** For screen readers, said when they are free to. */
export function announce(text: string): void {
  announced.value = text;
}
