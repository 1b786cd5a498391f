/** Names in one folder: a kernel, and the initrd that belongs to it. */
export interface KernelPair {
  readonly kernel: string;
  readonly initrd: string;
  readonly version: string;
}

interface Named {
  readonly name: string;
  readonly version: string;
}

/** What boot loaders read, the best first. */
const KERNELS = ['vmlinuz', 'bzImage', 'Image', 'vmlinux'];
const INITRDS = ['initramfs', 'initrd'];
const PACKING = /(?:\.(?:img|cpio|gz|xz|zst|lz4|bz2|lzma))+$/;
const SET_ASIDE = /[.-](?:old|bak|sig|signed|hmac|dpkg-\w+|rpm\w+)$/;

/** All names that a kernel or an initrd may have, as patterns of `find -name`. */
export const BOOT_FILE_PATTERNS = [...KERNELS, ...INITRDS].map((name) => `${name}*`);

/**
 * The kernels among the names with their initrds, the newest version first. An initrd belongs to the kernel of its version
 * (`vmlinuz-6.1.0-9` and `initrd.img-6.1.0-9`); only where there is one of each does the version not matter.
 */
export function kernelPairs(names: readonly string[]): KernelPair[] {
  const kernels = versioned(names, KERNELS);
  const initrds = versioned(names, INITRDS);
  const [kernel, initrd] = [kernels[0], initrds[0]];
  if (kernel && initrd && kernels.length === 1 && initrds.length === 1) {
    return [{ kernel: kernel.name, initrd: initrd.name, version: kernel.version }];
  }
  return kernels
    .flatMap(({ name, version }) => {
      const own = initrds.find((one) => one.version === version);
      return own ? [{ kernel: name, initrd: own.name, version }] : [];
    })
    .sort((a, b) => compareVersions(b.version, a.version));
}

function versioned(names: readonly string[], stems: readonly string[]): Named[] {
  return stems.flatMap((stem) =>
    names
      .filter((name) => name.startsWith(stem) && !SET_ASIDE.test(name))
      .sort()
      .flatMap((name) => {
        const rest = name
          .slice(stem.length)
          .replace(/^\.img(?=$|-)/, '')
          .replace(PACKING, '');
        return rest === '' || rest.startsWith('-') ? [{ name, version: rest.slice(1) }] : [];
      }),
  );
}

/** Below 0 if `a` is the older: runs of digits count as numbers, and what ends first is the older. */
export function compareVersions(a: string, b: string): number {
  const [as, bs] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (const [index, own] of as.entries()) {
    const other = bs[index];
    if (other === undefined) return 1;
    const order = comparePieces(own, other);
    if (order !== 0) return order;
  }
  return as.length - bs.length;
}

function comparePieces(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  if (/^\d/.test(x) && /^\d/.test(y) && x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : Number(x > y);
}
