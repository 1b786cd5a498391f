export { ConversionProgress } from './conversion-progress.js';
export { ConversionTools } from './conversion-tools.js';
export { fromConversion } from './conversions.errors.js';
export { ConversionsModule } from './conversions.module.js';
export { ConversionsService } from './conversions.service.js';
export { DiskConverter } from './disk-converter.js';
export {
  COMPRESSION_WORDS,
  describeKind,
  type DiskKind,
  FORMAT_WORDS,
  readDiskKind,
  readExportFormat,
} from './disk-kind.js';
export { ImageConverter } from './image-converter.js';
export { Scratch } from './scratch.js';
