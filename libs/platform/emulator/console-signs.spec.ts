import { signIn } from './console-signs.js';

describe('what a line of the console says', () => {
  it.each([
    ['box login:', 'login'],
    ['login:', 'login'],
    ['box login: [   12.345678] random: crng init done', 'login'],
    ['[    1.4] ---[ end Kernel panic - not syncing: Attempted to kill init! ]---', 'panic'],
    ['[    1.4] Kernel panic - not syncing: VFS: Unable to mount root fs', 'panic'],
    ['(initramfs)', 'emergency-shell'],
    ['grub rescue>', 'emergency-shell'],
    ['You are in emergency mode. After logging in, type "journalctl -xb"', 'emergency-shell'],
    ['Press Enter for maintenance', 'emergency-shell'],
    ['BdsDxe: No bootable option or device was found.', 'not-bootable'],
    ['Shell>', 'not-bootable'],
  ])('%s: %s', (line, end) => {
    expect(signIn(line)?.end).toBe(end);
  });

  it.each(['Last login: Mon', 'Starting login: nothing here', 'Shell> ls', 'a (initramfs) b', ''])(
    '%s: nothing',
    (line) => {
      expect(signIn(line)).toBeUndefined();
    },
  );

  it('is success only by the marker where there is one', () => {
    expect(signIn('box login:', 'ready')).toBeUndefined();
    expect(signIn('cloud-init is ready now', 'ready')?.end).toBe('marker');
    expect(signIn('Kernel panic - not syncing: x', 'ready')?.end).toBe('panic');
  });
});
