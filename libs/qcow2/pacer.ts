/** How long the event loop may be kept at a stretch; a step between two breaths stays below this. */
const STRETCH_MS = 0.5;

/**
 * Gives the event loop its turn. Awaiting a source that already has the bytes only runs microtasks, so without this an
 * examination of a cached file would keep every other connection waiting until its end.
 */
export class Pacer {
  private since = performance.now();

  /** Returns at once while the stretch lasts, else after other work had its turn. */
  async breathe(): Promise<void> {
    if (performance.now() - this.since < STRETCH_MS) return;
    await new Promise<void>((resume) => setImmediate(resume));
    this.since = performance.now();
  }
}
