export {
  BOOT_ENDS,
  type BootEnd,
  type BootReport,
  type Boot,
  DISK_BUSES,
  type DiskBus,
  FIRMWARES,
  type Firmware,
} from './boot.js';
export { Emulator } from './emulator.js';
export { EmulatorError, EmulatorMissingError } from './emulator.errors.js';
