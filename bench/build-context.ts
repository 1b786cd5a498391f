import { randomBytes, randomInt } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { Recipe } from './build.js';

const MIB = 2 ** 20;
const SMALL_FILE_BYTES = 8 * 1024;

/** Debian's busybox-static: one program that is a whole system. */
const BUSYBOX = '/bin/busybox';

/** Hashes every file of the context: a step that works. */
const DOCKERFILE = `FROM scratch
COPY . /
RUN find /data -type f | sort | xargs sha256sum > /sums && tail -n 1 /sums
`;
const APPLETS = ['sh', 'find', 'sort', 'xargs', 'sha256sum', 'tail'];

/** The least that can be built, to see how soon it begins. */
const TINY_DOCKERFILE = 'FROM scratch\nCOPY busybox /bin/busybox\n';

export async function writeTinyContext(path: string): Promise<Recipe> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path));
  await add(tar, 'busybox', await readFile(BUSYBOX));
  tar.finalize();
  await written;
  return { dockerfile: TINY_DOCKERFILE, context: path };
}

/**
 * A tree of about `mebibytes`: a third cannot be compressed, a third is text in files of a MiB, a third text in small
 * ones. What stands for a kernel and its initrd is none; a disk with a boot partition is made all the same.
 */
export async function writeContext(path: string, mebibytes: number): Promise<Recipe> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path, { flush: true }));
  await addSystem(tar);
  const each = Math.ceil(mebibytes / 3);
  for (let n = 0; n < each; n++) {
    await add(tar, `data/random/${n}`, randomBytes(MIB));
    await add(tar, `data/text/${n}`, someText(MIB));
    for (let small = 0; small < MIB / SMALL_FILE_BYTES; small++) {
      await add(tar, `data/small/${n}/${small}`, someText(SMALL_FILE_BYTES));
    }
  }
  tar.finalize();
  await written;
  return { dockerfile: DOCKERFILE, context: path };
}

async function addSystem(tar: Pack): Promise<void> {
  await add(tar, 'bin/busybox', await readFile(BUSYBOX));
  for (const name of APPLETS) tar.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  await add(tar, 'boot/vmlinuz-6.1', randomBytes(8 * MIB));
  await add(tar, 'boot/initrd.img-6.1', randomBytes(24 * MIB));
}

/** The archive takes no more than a file at a time. */
function add(tar: Pack, name: string, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ name, mode: 0o755, mtime: new Date(0) }, content, (error) => (error ? reject(error) : resolve()));
  });
}

const WORDS = Array.from({ length: 2_000 }, () => randomBytes(randomInt(1, 7)).toString('base64url'));

/** Compresses to about a third. */
function someText(sizeBytes: number): Buffer {
  const words: string[] = [];
  for (let length = 0; length < sizeBytes; length += (words.at(-1)?.length ?? 0) + 1) {
    words.push(WORDS[randomInt(WORDS.length)] ?? '');
  }
  return Buffer.from(words.join(' ')).subarray(0, sizeBytes);
}
