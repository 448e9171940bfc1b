import { computed, signal } from '@preact/signals';
import type { Role } from './documents.js';

/** `asking` until the server told; `out` with the words for the login form; `in` with what the person may do. */
export type Session = { kind: 'asking' } | { kind: 'out'; notice: string | null } | { kind: 'in'; role: Role };

export const session = signal<Session>({ kind: 'asking' });

/** What a viewer may not do is not offered; the server refuses it all the same. */
export const isOperator = computed(() => session.value.kind === 'in' && session.value.role === 'operator');
