import { refuse } from './build-context.errors.js';
import { MAX_DEPTH, MAX_NAME_BYTES, MAX_PATH_BYTES } from './context-limits.js';

/**
 * The folders and the name that an entry's name tells, below the context's root; none for the root itself.
 * @throws BuildContextRefusedError for what leads elsewhere, or is no name on Linux
 */
export function parsePath(name: string): readonly string[] {
  if (name === '') refuse(name, 'an entry has an empty name');
  if (/\p{Cc}/u.test(name)) refuse(name, 'has a control character in its name');
  if (name.startsWith('/')) refuse(name, 'is an absolute path; pack paths relative to the context');
  if (Buffer.byteLength(name) > MAX_PATH_BYTES) refuse(name, `has a path of more than ${MAX_PATH_BYTES} bytes`);
  const path = name.split('/').filter((part) => part !== '' && part !== '.');
  if (path.length > MAX_DEPTH) refuse(name, `lies more than ${MAX_DEPTH} folders deep`);
  for (const part of path) {
    if (part === '..') refuse(name, 'has ".." in its path');
    if (Buffer.byteLength(part) > MAX_NAME_BYTES) refuse(name, `has a name of more than ${MAX_NAME_BYTES} bytes`);
  }
  return path;
}
