import type { SandboxArgument } from '#platform/sandbox';

/** Disk formats, by QEMU's names; `vpc` is VHD. */
export const QEMU_FORMATS = ['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'vhdx'] as const;
export type QemuFormat = (typeof QEMU_FORMATS)[number];

/** What a conversion may use; its memory and processes are our own affair. */
export interface ConversionLimits {
  readonly cpuSeconds: number;
  readonly wallMs: number;
  /** Size of the result. */
  readonly fileBytes: number;
}

export interface Conversion {
  /** Absolute path of a disk that a parser of ours has passed. It may be shared; it is only read. */
  readonly inputPath: string;
  /** What that parser has found. Nothing is probed. */
  readonly inputFormat: QemuFormat;
  /** Absolute path in a folder that is for this conversion only; nothing is there yet. */
  readonly outputPath: string;
  readonly outputFormat: QemuFormat;
  /** Only for `qcow2` (deflate), and for `vmdk`, which is then stream-optimized. */
  readonly compress?: boolean;
  readonly limits: ConversionLimits;
  readonly signal?: AbortSignal;
  /** From 0 to 100, ascending. */
  readonly onProgress?: (percent: number) => void;
}

/** Of every QCOW2 that we make. */
export const QCOW2_OPTIONS = 'compat=1.1,cluster_size=65536,lazy_refcounts=off';

/** Options of the formats that have any worth telling: what every reader of the format understands. */
const OUTPUT_OPTIONS: Readonly<Record<QemuFormat, string>> = {
  qcow2: QCOW2_OPTIONS,
  raw: '',
  vmdk: 'subformat=monolithicSparse',
  vdi: 'static=off',
  // Else the size is rounded to what cylinders, heads and sectors can say.
  vpc: 'subformat=dynamic,force_size=on',
  vhdx: 'subformat=dynamic',
};

const COMPRESSED: Partial<Readonly<Record<QemuFormat, readonly string[]>>> = {
  qcow2: ['-c', '-o', OUTPUT_OPTIONS.qcow2],
  vmdk: ['-o', 'subformat=streamOptimized'],
};

/**
 * The arguments of `qemu-img` for a conversion.
 * @param outputName the result's name in its folder
 * @throws Error for a format that cannot be compressed
 */
export function convertArguments(conversion: Conversion, outputName: string): SandboxArgument[] {
  const { outputFormat } = conversion;
  return ['convert', '-p', '-O', outputFormat, ...outputOptions(conversion), ...input(conversion), `./${outputName}`];
}

function outputOptions({ outputFormat, compress = false }: Conversion): readonly string[] {
  if (compress) return COMPRESSED[outputFormat] ?? cannotCompress(outputFormat);
  const options = OUTPUT_OPTIONS[outputFormat];
  return options === '' ? [] : ['-o', options];
}

function cannotCompress(format: QemuFormat): never {
  throw new Error(`A disk of ${format} cannot be compressed`);
}

/**
 * The input with its format, which is never probed. Of a VHD, QEMU would believe the geometry where some programs wrote
 * the file, and cut the disk: its size is the one that the footer tells.
 */
function input({ inputPath, inputFormat }: Conversion): SandboxArgument[] {
  if (inputFormat !== 'vpc') return ['-f', inputFormat, { readOnlyFile: inputPath }];
  const wording = (path: string): string =>
    `driver=vpc,force_size_calc=current_size,file.driver=file,file.filename=${path.replaceAll(',', ',,')}`;
  return ['--image-opts', { readOnlyFile: inputPath, wording }];
}
