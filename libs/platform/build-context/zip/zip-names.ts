import { isUtf8 } from 'node:buffer';
import yauzl, { type Entry } from 'yauzl';
import { refuse } from '../build-context.errors.js';

/** General purpose bit 11: the name is UTF-8 (APPNOTE.TXT 4.4.4). */
const UTF8_FLAG = 0x800;

/**
 * An entry's name. Without the flag it is in code page 437 by the specification, and in UTF-8 by what people use.
 * @throws BuildContextRefusedError
 */
export function readName({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  const isDeclared = (generalPurposeBitFlag & UTF8_FLAG) !== 0;
  if (isDeclared && !isUtf8(fileNameRaw)) refuse(fileNameRaw.toString('latin1'), 'has a name that is not UTF-8');
  const flags = isUtf8(fileNameRaw) ? UTF8_FLAG : 0;
  const name = yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, true);
  if (name.includes('\\')) refuse(name, 'has a backslash in its name; pack with "/" between folders');
  if (/^[a-z]:/i.test(name)) refuse(name, 'begins with a drive letter; pack paths relative to the context');
  return name;
}
