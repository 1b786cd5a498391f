import { StringDecoder } from 'node:string_decoder';

/** A line that is longer is several. */
const MAX_LINE_CHARACTERS = 8_192;

const ESC = '\u001b';
/** ECMA-48: control sequences, control strings, and other escapes. */
const CODES = [`\\[[0-?]*[ -/]*[@-~]`, `[\\]PX^_][^${ESC}\u0007]*(?:\u0007|${ESC}\\\\)?`, `[ -/]*[0-~]`];
const ESCAPES = new RegExp(`${ESC}(?:${CODES.join('|')})`, 'g');
/** One whose end has not come yet. */
const UNFINISHED = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*)?$`);

/** Makes lines for people of what a serial console prints. */
export class ConsoleText {
  private readonly decoder = new StringDecoder('utf8');
  private raw = '';

  /** The lines that are whole now. */
  add(chunk: Buffer): string[] {
    const lines = (this.raw + this.decoder.write(chunk)).split('\n');
    this.raw = lines.pop() ?? '';
    if (this.raw.length > MAX_LINE_CHARACTERS) {
      lines.push(this.raw);
      this.raw = '';
    }
    // Of a screen that was cleared nothing is left.
    return lines.filter((line) => readable(line) !== '' || line.trim() === '').map(readable);
  }

  /** The line that has begun. */
  get current(): string {
    return readable(this.raw.replace(UNFINISHED, ''));
  }
}

/** A line without terminal codes, as it stands after its last carriage return. */
function readable(line: string): string {
  const parts = line.replace(ESCAPES, '').split('\r').map(withoutControls);
  return parts.findLast((part) => part.trim() !== '')?.trimEnd() ?? '';
}

const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\t]/gu, '');
