export { ExportsModule } from './exports.module.js';
export { type Export, ExportsService } from './exports.service.js';
