import pg from 'pg';

/**
 * A connection whose end never ends the process. The pool hears of errors on clients that lie idle, and whoever borrows
 * one on those at work; but where PostgreSQL says goodbye in the same packet as an answer, a client is handed from one to
 * the other at this very moment and nobody listens, which Node takes for a reason to crash.
 */
export class SturdyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined); // whatever it was asked, or will be, fails with that error
  }
}
