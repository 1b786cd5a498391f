import { execFile, type ExecFileException } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inspect, type ByteSource, type Qcow2Facts, type Qcow2Limits } from '#qcow2';

const run = promisify(execFile);

/** Runs `qemu-img` and returns what it printed. Fails with a hint where it isn't installed. */
export async function qemuImg(...args: string[]): Promise<string> {
  return tool('qemu-img', args);
}

/** Runs one `qemu-io` command on an image. */
export async function qemuIo(path: string, command: string): Promise<string> {
  return tool('qemu-io', ['-c', command, path]);
}

async function tool(name: string, args: string[]): Promise<string> {
  try {
    return (await run(name, args)).stdout;
  } catch (error) {
    if ((error as ExecFileException).code === 'ENOENT') {
      throw new Error(`${name} is missing: install the Debian package qemu-utils`, { cause: error });
    }
    throw error;
  }
}

/** What `qemu-img info` says of an image, as far as we compare it. */
export interface QemuInfo {
  readonly 'virtual-size': number;
  readonly 'cluster-size': number;
  readonly 'format-specific': {
    readonly data: {
      readonly compat: '0.10' | '1.1';
      readonly 'compression-type': 'zlib' | 'zstd';
      readonly 'refcount-bits': number;
      readonly 'lazy-refcounts'?: boolean;
      readonly 'extended-l2'?: boolean;
      readonly bitmaps?: readonly unknown[];
    };
  };
}

export async function qemuInfo(path: string): Promise<QemuInfo> {
  // The shape is qemu-img's documented one; a comparison with a missing key fails by itself.
  return JSON.parse(await qemuImg('info', '-f', 'qcow2', '--output=json', path)) as QemuInfo;
}

/** Whether `qemu-img check` calls the image broken: it cannot open it, or it finds corruptions. Leaks are none. */
export async function isBrokenForQemu(path: string): Promise<boolean> {
  try {
    await qemuImg('check', '-q', '-f', 'qcow2', path);
    return false;
  } catch (error) {
    const LEAKS_ONLY = 3;
    const { code } = error as ExecFileException;
    if (typeof code !== 'number') throw error;
    return code !== LEAKS_ONLY;
  }
}

/** Examines an image on disk. */
export async function inspectFile(path: string, limits?: Qcow2Limits): Promise<Qcow2Facts> {
  const file = await open(path);
  try {
    const { size: sizeBytes } = await file.stat();
    const source: ByteSource = {
      sizeBytes,
      async read(offset, length) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    };
    return await inspect(source, limits);
  } finally {
    await file.close();
  }
}
