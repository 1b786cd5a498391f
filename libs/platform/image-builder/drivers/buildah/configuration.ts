import { createHash } from 'node:crypto';
import type { BuildBase } from '../../image-builder.js';

/** How layers are stored: by mounts above each other where the kernel lets users do that, else by copies. */
export type StorageDriver = 'overlay' | 'vfs';

/** The files that buildah finds in its `/etc`, by name. */
export const ETC_FILES = [
  'passwd',
  'group',
  'containers/policy.json',
  'containers/registries.conf',
  'containers/storage.conf',
] as const;

/** What is in them, by the last part of their name. containers-storage.conf(5), containers-registries.conf(5). */
export function etcFiles(driver: StorageDriver, bases: readonly BuildBase[]): Record<string, string> {
  return {
    passwd: 'root:x:0:0:root:/tmp:/bin/sh\n',
    group: 'root:x:0:\n',
    'policy.json': '{"default":[{"type":"insecureAcceptAnything"}]}\n',
    // Names without a host are ours first.
    'registries.conf': `short-name-mode = "disabled"\nunqualified-search-registries = ["${hostOf(bases)}", "docker.io"]\n`,
    // What is mounted, a run knows for itself: mounts end with it.
    'storage.conf': `[storage]\ndriver = "${driver}"\ngraphroot = "/storage"\nrunroot = "/tmp/storage"\n`,
  };
}

/**
 * A made-up registry that has just these bases. Builds with other bases of the same name look elsewhere, though they share
 * their storage.
 */
export function hostOf(bases: readonly BuildBase[]): string {
  const facts = bases.map(({ reference, sha256 }) => [reference, sha256]).sort();
  return `${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}.invalid`;
}
