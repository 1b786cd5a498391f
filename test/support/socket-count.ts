import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Counts the TCP connections that this process tries to make, wherever they lead. */
export class SocketCount {
  attempts = 0;
  private readonly count = (): void => void (this.attempts += 1);

  start(): void {
    this.attempts = 0;
    subscribe('net.client.socket', this.count);
  }

  stop(): void {
    unsubscribe('net.client.socket', this.count);
  }
}
