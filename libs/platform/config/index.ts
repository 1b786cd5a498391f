export { Config, ConfigError } from './config.js';
export { envExample, envHelp } from './env-example.js';
export { ConfigModule } from './config.module.js';
