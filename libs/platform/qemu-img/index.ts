export { QCOW2_OPTIONS, QEMU_FORMATS, type Conversion, type QemuFormat } from './conversion.js';
export { QemuImg } from './qemu-img.js';
export { QemuImgError, QemuImgMissingError } from './qemu-img.errors.js';
