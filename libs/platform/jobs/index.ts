export { installJobQueues, type JobData, JobQueue } from './job-queue.js';
export { JobsModule } from './jobs.module.js';
