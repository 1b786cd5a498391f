export { ImageTransfersService } from './image-transfers.service.js';
export { TransfersModule } from './transfers.module.js';
export { TreeTransfersService } from './tree-transfers.service.js';
