export { DownloadsModule } from './downloads.module.js';
export { DownloadsService, type NewDownload } from './downloads.service.js';
