import { reject } from './dockerfile-problem.js';
import { ODD_BLANKS } from './odd-blanks.js';

/** What an instruction says, as far as references are concerned. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string;
  /** The flags in front, each beginning with `--`. */
  readonly flags: readonly string[];
  /** What follows them. */
  readonly rest: string;
}

const KEYWORDS: readonly string[] = [
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
];

/** Those whose flags may name an image. Of others, what looks like a flag may be text. */
const FLAGGED: readonly string[] = ['ADD', 'COPY', 'FROM', 'RUN'];

const ODD_START = new RegExp(`^[${ODD_BLANKS}]`);

/** `<<EOF`, `<<-'EOF'`, `3<<EOF`: a word that begins a here-document for builders that know them. */
const HERE_DOCUMENT = /(^|\s)\d*<<-?\s*(["']?)[A-Za-z_][A-Za-z0-9_.]*\2(?=[\s;|&>)]|$)/;

/** @throws InstructionError */
export function parseInstruction(text: string, escape: string): Instruction {
  const [, word = '', rest = ''] = /^([^ \t]*)[ \t]*(.*)$/s.exec(text) ?? [];
  const keyword = word.toUpperCase();
  if (!KEYWORDS.includes(keyword)) reject(`unknown instruction ${JSON.stringify(word.slice(0, 40))}`);
  if (!FLAGGED.includes(keyword)) return { keyword, flags: [], rest };
  const { flags, after } = takeFlags(keyword, rest, escape);
  if (keyword !== 'FROM' && !after.startsWith('[') && HERE_DOCUMENT.test(after)) {
    reject('here-documents (<<EOF) cannot be built; put the text into a file of the context, or use printf');
  }
  return { keyword, flags, rest: after };
}

function takeFlags(keyword: string, text: string, escape: string): { flags: string[]; after: string } {
  const flags: string[] = [];
  let after = text.replace(/^[ \t]+/, '');
  while (after.startsWith('--')) {
    const [flag = ''] = after.split(/[ \t]/, 1);
    if (/[^\x21-\x7e]|["']/.test(flag) || flag.includes(escape)) {
      reject(`${keyword} ${flag}: write flags in ASCII, without quotes and escapes`);
    }
    after = after.slice(flag.length).replace(/^[ \t]+/, '');
    if (flag === '--') break;
    flags.push(flag);
  }
  if (ODD_START.test(after)) reject(`${keyword} has an invisible character that is no blank`);
  return { flags, after };
}
