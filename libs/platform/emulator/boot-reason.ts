import type { Boot, BootEnd } from './boot.js';

/** Of the reason, which is an operation's error too. */
const MAX_CHARACTERS = 4_000;

const SILENT =
  'Nothing came from its serial console (a Linux system prints there with the kernel argument console=ttyS0); its last ' +
  'screen is all there is';

/** What is wrong with an end; undefined with one that is as it should be. */
const FAULTS: Readonly<Record<BootEnd, (boot: Pick<Boot, 'marker' | 'timeoutMs'>) => string | undefined>> = {
  marker: () => undefined,
  login: () => undefined,
  'power-off': ({ marker }) => marker && `It powered off before it printed ${JSON.stringify(marker)}`,
  panic: () => 'Its kernel panicked',
  'emergency-shell': () => 'It went into an emergency shell',
  'not-bootable': () => 'The firmware finds nothing to boot on it',
  reset: () => 'It reset the machine',
  'time-out': ({ marker, timeoutMs }) =>
    `Within ${Math.round(timeoutMs / 1000)} s it ${marker === undefined ? 'neither printed a login prompt nor powered off' : `did not print ${JSON.stringify(marker)}`}`,
};

/** Why a boot failed, for people, with the console's last lines; null where it did not. */
export function reasonOf(
  end: BootEnd,
  boot: Pick<Boot, 'marker' | 'timeoutMs'>,
  { lastLines, advice }: { readonly lastLines: readonly string[]; readonly advice?: string | undefined },
): string | null {
  const fault = FAULTS[end](boot);
  if (fault === undefined) return null;
  const advised = advice === undefined ? fault : `${fault}. ${advice}`;
  if (lastLines.length === 0) return end === 'not-bootable' ? advised : `${advised}. ${SILENT}`;
  return `${advised}. The end of its console:\n${lastLines.join('\n').slice(-MAX_CHARACTERS)}`;
}
