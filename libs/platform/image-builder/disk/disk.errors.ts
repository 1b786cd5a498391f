/** No disk can be made of this tree with these options; the message says why, to whoever asked for the build. */
export class DiskRefusedError extends Error {
  override readonly name = 'DiskRefusedError';
}

/** Programs or their files are not on this worker; the message names their packages to the operator. */
export class DiskProgramMissingError extends Error {
  override readonly name = 'DiskProgramMissingError';

  /**
   * @param packages of Debian, by what is missing
   * @param advice what else is to be said
   */
  constructor(packages: ReadonlyMap<string, string>, advice = '') {
    const missing = [...packages.keys()].join(', ');
    const names = [...new Set(packages.values())].join(', ');
    super(`Disks cannot be made here: ${missing} is missing; install (Debian, Ubuntu): ${names}${advice}`);
  }
}
