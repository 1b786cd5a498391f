import type { BootEnd } from './boot.js';

/** What a line of the console tells of the boot. */
export interface ConsoleSign {
  readonly end: BootEnd;
  /** `soon`: more that is worth reading is about to come; `unless more comes`: a prompt, at which something may be typed. */
  readonly when?: 'soon' | 'unless more comes';
}

/** `box login: `, also where the kernel has something to say just then. */
const LOGIN = /^(?:\S+ )?login:(?:$| ?\[ *\d+\.\d+\])/i;

const FAILURES: readonly (ConsoleSign & { readonly pattern: RegExp })[] = [
  { pattern: /---\[ end Kernel panic.*\]---/, end: 'panic' },
  { pattern: /Kernel panic - not syncing/, end: 'panic', when: 'soon' },
  { pattern: /BdsDxe: No bootable option or device was found/, end: 'not-bootable' },
  // UEFI's own shell is what it starts where nothing else can be. It may find a script.
  { pattern: /^Shell>$/, end: 'not-bootable', when: 'unless more comes' },
  { pattern: /^(?:\(initramfs\)|grub rescue>)$/, end: 'emergency-shell', when: 'unless more comes' },
  { pattern: /You are in emergency mode|(?:Give root password|Press Enter) for maintenance/, end: 'emergency-shell' },
];

/** What a line says, whole or as far as it has come: the first that is in it. With a marker, nothing else is success. */
export function signIn(line: string, marker?: string): ConsoleSign | undefined {
  if (marker !== undefined && line.includes(marker)) return { end: 'marker' };
  if (marker === undefined && LOGIN.test(line)) return { end: 'login' };
  return FAILURES.find(({ pattern }) => pattern.test(line));
}
