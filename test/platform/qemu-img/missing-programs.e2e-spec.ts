import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startSource } from '../sandbox/source-process.js';

const PROGRAM = fileURLToPath(new URL('./missing-programs.ts', import.meta.url));

it('names the package of a program that is missing', async () => {
  // Where a program would be there is nothing that can be run.
  const hidden = ['qemu-img', 'xz', 'bzip2'].flatMap((name) => ['--ro-bind', '/dev/null', `/usr/bin/${name}`]);
  const machine = ['bwrap', '--dev-bind', '/', '/', '--unshare-user', '--uid', '65533', ...hidden, '--'];
  const running = startSource(PROGRAM, [], machine);
  expect((await text(running.stdout)).split('\n')).toEqual([
    'false',
    'QemuImgMissingError: Disks cannot be converted here: install the package qemu-utils (Debian, Ubuntu) or qemu-img (Fedora)',
    'DecompressorMissingError: xz cannot be unpacked here: install the package xz-utils',
    'DecompressorMissingError: bz2 cannot be unpacked here: install the package bzip2',
    '',
  ]);
});
