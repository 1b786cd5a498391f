import { reject } from './dockerfile-problem.js';

/** An instruction with the lines that continue it. */
export interface LogicalLine {
  /** Where it begins, from 1 on. */
  readonly line: number;
  readonly text: string;
}

export interface LogicalLines {
  /** What continues a line at its end, and takes meaning from other characters. */
  readonly escape: string;
  readonly lines: readonly LogicalLine[];
}

/** Also behind blanks, but between the lines of an instruction alone. */
const NOTHING_OR_COMMENT = /^[ \t]*(#.*)?$/;
const DIRECTIVE = /^[ \t]*#[ \t]*([a-z]+)[ \t]*=[ \t]*(.*)$/i;

/**
 * Splits a Dockerfile as its builder does: by lines, and by nothing else. A here-document is no exception to that, so what
 * stands in one is an instruction here too; a reader that saw text there would not see what is built.
 * @throws InstructionError for an escape directive that is none
 */
export function splitLines(text: string): LogicalLines {
  const physical = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escape = findEscape(physical);
  const continued = escape === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
  const lines: LogicalLine[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of physical.entries()) {
    if (open ? NOTHING_OR_COMMENT.test(raw) : isBlank(raw)) continue;
    const piece = open ? raw : raw.replace(/^[ \t]+/, '');
    open ??= { line: index + 1, text: '' };
    open.text += piece.replace(continued, '');
    if (continued.test(piece)) continue;
    lines.push(open);
    open = undefined;
  }
  return { escape, lines: open ? [...lines, open] : lines };
}

function isBlank(raw: string): boolean {
  const trimmed = raw.trim();
  return trimmed === '' || trimmed.startsWith('#');
}

/** Builders agree on an escape directive in the first line, and on no other. */
function findEscape(physical: readonly string[]): string {
  for (const [index, line] of physical.entries()) {
    const [, name, value = ''] = DIRECTIVE.exec(line) ?? [];
    if (name === undefined) break;
    if (name.toLowerCase() !== 'escape') continue;
    if (index > 0) reject(`line ${index + 1}: "# escape=" counts in the first line alone; move it there`);
    const escape = value.trim();
    return escape === '\\' || escape === '`' ? escape : reject('line 1: "# escape=" takes \\ or `');
  }
  return '\\';
}
