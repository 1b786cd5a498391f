/**
 * Puts the disk to work on files while more of their bytes arrive, one file at a time: a disk gains nothing by more,
 * and the process-wide thread pool, which reads files as well, lends one of its threads at most.
 */
export class WriteBack {
  #last: Promise<void> = Promise.resolve();

  /** Runs `flush` when its turn comes; resolves or rejects as it does. */
  run(flush: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(flush);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
