export { Sr25519Verifier } from './sr25519.verifier.js';
export { addressOf, publicKeyOf } from './ss58.js';
