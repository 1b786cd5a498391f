export { HourlyTask } from './hourly-task.js';
export { HourlyWork } from './hourly-work.js';
export { installJobQueues, JobQueue } from './job-queue.js';
export { JobsModule } from './jobs.module.js';
