import { DiskRefusedError } from './disk.errors.js';
import { shell } from './shell.js';
import { DISK_TIME_SECONDS } from './tool-run.js';
import { entryAt, type TreeSurvey } from './tree-survey.js';

/** What the tree has more then, at most: `/etc` and the file. */
export const HOST_NAME_INODES = 2;

const TIME_OF_ETC = '/work/time-of-etc';

/**
 * Writes `/etc/hostname` into the tree. The folder is one for certain, so that no link leads elsewhere, and has the time of
 * change that it had.
 * @throws DiskRefusedError where that cannot be
 */
export function hostNameCommands(hostname: string, survey: TreeSurvey): string[] {
  const etc = entryAt(survey, 'etc')?.kind;
  if ((etc !== undefined && etc !== 'd') || entryAt(survey, 'etc/hostname')?.kind === 'd') {
    throw new DiskRefusedError('The host name cannot be set: /etc of the tree is no folder, or /etc/hostname is one');
  }
  const time = `@${DISK_TIME_SECONDS}`;
  return [
    ...(etc === undefined ? ['mkdir -m 755 etc', shell`touch -d ${time} etc`] : []),
    shell`touch -r etc ${TIME_OF_ETC}`,
    // Its other names, if it has some, keep what they had.
    'rm -f etc/hostname',
    shell`printf '%s\n' ${hostname} >etc/hostname`,
    'chmod 644 etc/hostname',
    shell`touch -d ${time} etc/hostname`,
    shell`touch -r ${TIME_OF_ETC} etc`,
    shell`rm ${TIME_OF_ETC}`,
  ];
}
