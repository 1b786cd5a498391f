import { DEFAULT_LIMITS, type Qcow2Facts } from '#qcow2';
import { inspectFile, qemuInfo, type QemuInfo } from './qemu-img.js';

function expectAgreement(facts: Qcow2Facts, info: QemuInfo): void {
  const { data } = info['format-specific'];
  expect(facts).toMatchObject({
    version: data.compat === '0.10' ? 2 : 3,
    virtualSizeBytes: info['virtual-size'],
    clusterSizeBytes: info['cluster-size'],
    compression: data['compression-type'],
    refcountBits: data['refcount-bits'],
    lazyRefcounts: data['lazy-refcounts'] ?? false,
    extendedL2: data['extended-l2'] ?? false,
    bitmapCount: data.bitmaps?.length ?? 0,
  });
}

/** Expects that the image is admitted, and that `qemu-img info` says the same of it as we do. */
export async function expectAdmitted(image: string, limits = DEFAULT_LIMITS): Promise<Qcow2Facts> {
  const facts = await inspectFile(image, limits);
  expectAgreement(facts, await qemuInfo(image));
  return facts;
}
