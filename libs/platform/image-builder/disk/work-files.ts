/** Files of an attempt, as the programs see them. */
export const RAW_DISK = '/work/disk.raw';
export const DISK_NAME = 'disk.qcow2';
export const QCOW2_DISK = `/work/${DISK_NAME}`;
