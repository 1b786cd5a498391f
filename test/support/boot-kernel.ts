import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '../../scripts/boot-kernel.mjs');

/** A Linux kernel for the emulated machine, as Debian ships it for clouds. */
export interface BootKernel {
  readonly version: string;
  /** Path of the kernel. */
  readonly vmlinuz: string;
  /** Path of the folder with its modules, `lib/modules/<version>`. */
  readonly modules: string;
}

/** Fetches it, where no earlier run has. Fails with a hint where that cannot be. */
export async function bootKernel(): Promise<BootKernel> {
  try {
    return JSON.parse((await promisify(execFile)(process.execPath, [SCRIPT])).stdout) as BootKernel;
  } catch (error) {
    throw new Error('no kernel to boot: scripts/boot-kernel.mjs needs apt and dpkg, and a Debian mirror', {
      cause: error,
    });
  }
}
