/** Longer than any line of progress. */
const CARRY_CHARACTERS = 32;

/** Reads what `qemu-img -p` prints, `    (12.34/100%)` again and again, in whatever pieces it comes. */
export class Progress {
  private carry = '';
  private latest = -1;

  constructor(private readonly onProgress: (percent: number) => void) {}

  add(chunk: Buffer): void {
    const text = this.carry + chunk.toString('latin1');
    const percents = [...text.matchAll(/\((\d{1,3}\.\d{2})\/100%\)/g)].map(([, percent]) => Number(percent));
    this.carry = text.slice(-CARRY_CHARACTERS);
    const latest = percents.at(-1);
    if (latest === undefined || latest <= this.latest) return;
    this.latest = latest;
    this.onProgress(latest);
  }
}
