export type { ByteSource } from './byte-source.js';
export type { Compression } from './compression.js';
export { parseHeader, type Qcow2Header } from './header.js';
export { checkHeader, HEADER_PROBE_BYTES, type HeaderVerdict } from './header-verdict.js';
export { inspect, type Qcow2Facts } from './inspect.js';
export { DEFAULT_LIMITS, type Qcow2Limits } from './limits.js';
export { Qcow2RefusedError } from './refusal.js';
