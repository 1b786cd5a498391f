export * from './domain-error.js';
export * from './page.js';
export * from './principal.js';
export * from './scope.js';
