import type { Architecture } from './disk-options.js';
import type { TreePaths } from './tree-paths.js';

/** A program that UEFI starts, as it is found in a tree or on the worker. */
export interface EfiLoader {
  readonly kind: 'systemd-boot' | 'grub';
  /** For `mcopy`: from the tree's root, `./usr/…`; or absolute, of the worker. */
  readonly source: string;
  /** Where UEFI looks for it (UEFI 2.10, section 3.5.1.1). */
  readonly target: string;
  readonly sizeBytes: number;
}

type Place = Pick<EfiLoader, 'kind'> & { readonly path: string };

const PLACES: Readonly<Record<Architecture, readonly Place[]>> = {
  x86_64: [
    { kind: 'systemd-boot', path: 'usr/lib/systemd/boot/efi/systemd-bootx64.efi' },
    { kind: 'grub', path: 'usr/lib/grub/x86_64-efi/monolithic/grubx64.efi' },
  ],
  aarch64: [
    { kind: 'systemd-boot', path: 'usr/lib/systemd/boot/efi/systemd-bootaa64.efi' },
    { kind: 'grub', path: 'usr/lib/grub/arm64-efi/monolithic/grubaa64.efi' },
  ],
};

const TARGETS: Readonly<Record<Architecture, string>> = {
  x86_64: 'EFI/BOOT/BOOTX64.EFI',
  aarch64: 'EFI/BOOT/BOOTAA64.EFI',
};

/** What a loader may be at most; those of the worker, whose size we don't ask for, are far below. */
const MAX_BYTES = 8 * 2 ** 20;

/** Where loaders are, on the worker and, but for the slash, in a tree. */
export function loaderFiles(architecture: Architecture): string[] {
  return PLACES[architecture].map(({ path }) => `/${path}`);
}

/** The tree's own loader, or else the worker's, or else none. */
export async function findLoader(
  architecture: Architecture,
  paths: TreePaths,
  missingOnWorker: readonly string[],
): Promise<EfiLoader | undefined> {
  const target = TARGETS[architecture];
  for (const { kind, path } of PLACES[architecture]) {
    const found = await paths.resolve(path);
    if (found?.kind === 'f' && found.sizeBytes > 0 && found.sizeBytes <= MAX_BYTES) {
      return { kind, source: `./${found.path}`, target, sizeBytes: found.sizeBytes };
    }
  }
  const own = PLACES[architecture].find(({ path }) => !missingOnWorker.includes(`/${path}`));
  return own && { kind: own.kind, source: `/${own.path}`, target, sizeBytes: MAX_BYTES };
}
