export { TRANSLATED_NAME_SERVER } from './address-translation.js';
export { Enclosure } from './enclosure.js';
export type { EnclosureJob, EnclosureLimits, EnclosureMount, EnclosureNetwork } from './enclosure-job.js';
export { Sandbox, type SandboxMode } from './sandbox.js';
export type { SandboxArgument, SandboxJob, SandboxLimits } from './sandbox-job.js';
export {
  ProgramMissingError,
  SandboxedProgramError,
  SandboxLimitError,
  SandboxUnavailableError,
} from './sandbox.errors.js';
export type { SandboxedProcess } from './sandboxed-process.js';
