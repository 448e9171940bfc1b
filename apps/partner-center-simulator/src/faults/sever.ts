import type { Socket } from 'node:net';

const severed = new WeakSet<Socket>();

/** Ends a connection from this side: with RST, or in the orderly way with FIN. What was not sent is lost. */
export function severSocket(socket: Socket, how: 'reset' | 'close'): void {
  severed.add(socket);
  if (how === 'reset') socket.resetAndDestroy();
  else socket.destroySoon();
}

/** Whether this side ended the connection, and not the caller. */
export function wasSevered(socket: Socket): boolean {
  return severed.has(socket);
}
