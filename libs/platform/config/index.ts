export { Config, ConfigError } from './config.js';
export { envExample, envHelp } from './env-example.js';
export { ConfigModule } from './config.module.js';
export { parseHostRule } from './host-rules.js';
export type { HostRule } from './host-rules.js';
export type { PortRange } from './lists.js';
