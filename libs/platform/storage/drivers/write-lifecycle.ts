import { StorageError } from '../storage.errors.js';

type WriteState = 'writing' | 'sealed' | 'committed' | 'aborted';

/**
 * The order of a staged write, the same for every driver. Steps take their turn as they are called, awaited or not;
 * a step out of order is refused and harms nothing; once a step has failed, every later one fails alike.
 */
export class WriteLifecycle {
  #state: WriteState = 'writing';
  #failure: StorageError | undefined;
  #forgotten = false;
  #last: Promise<unknown> = Promise.resolve();

  /** `fault` makes a typed error of whatever a step throws. */
  constructor(private readonly fault: (cause: unknown) => StorageError) {}

  /** Takes a step that is legal in `from`, and leads to `to`. @throws StorageError out of order */
  step<T>(from: WriteState, to: WriteState, work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#run(from, to, work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** @throws StorageError unless the write is sealed */
  requireSealed(): void {
    this.#require('sealed');
  }

  /**
   * Ends the write: `cancel` makes a step under way fail, and then `forget` removes what there is of it.
   * Does nothing after a commit, even one under way, and nothing the second time.
   */
  async abort(cancel: () => Promise<void>, forget: () => Promise<void>): Promise<void> {
    if (this.#state === 'writing') this.#state = 'aborted';
    await cancel();
    const turn = this.#last.then(() => this.#forget(forget));
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async #run<T>(from: WriteState, to: WriteState, work: () => Promise<T>): Promise<T> {
    if (this.#failure) throw this.#failure;
    this.#require(from);
    try {
      const result = await work();
      if (this.#state === from) this.#state = to;
      return result;
    } catch (error) {
      this.#failure = this.fault(error);
      throw this.#failure;
    }
  }

  async #forget(forget: () => Promise<void>): Promise<void> {
    if (this.#state === 'committed' || this.#forgotten) return;
    this.#state = 'aborted';
    try {
      await forget();
      this.#forgotten = true;
    } catch (error) {
      throw this.fault(error);
    }
  }

  #require(state: WriteState): void {
    if (this.#state !== state) throw new StorageError(`The write is ${this.#state}, not ${state}`);
  }
}
