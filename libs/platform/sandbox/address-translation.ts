import { type ChildProcess, spawn } from 'node:child_process';
import { ProgramMissingError, SandboxedProgramError } from './sandbox.errors.js';
import { Tail } from './tail.js';

const COMMAND = 'slirp4netns';
const DEVICE = 'tap0';
const LAST_WORDS_BYTES = 1024;

/** Waits until the network is there, and becomes the program; there is nothing but `/proc` to look at. */
export const ONCE_CONNECTED = [
  ...['sh', '-c', `until grep -q '${DEVICE}:' /proc/net/dev; do sleep 0.02; done; exec "$@"`, 'sh'],
];

/** Name servers as the namespace finds them: the translation passes on what they are asked. */
export const TRANSLATED_NAME_SERVER = '10.0.2.3';

/**
 * Lets the network namespace of a process out: to all that we reach but this machine's loopback. It ends with the
 * namespace's last process being killed by us, or with us.
 * @param pid process 1 of an enclosure
 * @param onFailure told when it ends before it is stopped
 * @returns ends it
 */
export function translateAddresses(pid: number, isRoot: boolean, onFailure: (cause: Error) => void): () => void {
  const users = isRoot ? [] : [`--userns-path=/proc/${pid}/ns/user`];
  const hardened = ['--disable-host-loopback', '--enable-sandbox', '--enable-seccomp'];
  const args = ['--configure', '--exit-fd=3', ...hardened, ...users, String(pid), DEVICE];
  // Its descriptor 3 closes when we let go of it, also by dying.
  const child: ChildProcess = spawn(COMMAND, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true });
  const said = new Tail(LAST_WORDS_BYTES);
  child.stderr?.on('data', (chunk: Buffer) => said.add(chunk));
  let isStopped = false;
  child.on('error', () => onFailure(new ProgramMissingError(COMMAND)));
  child.on('close', (code) => {
    if (!isStopped) onFailure(new SandboxedProgramError(COMMAND, `exit code ${code}`, said.toString()));
  });
  return () => {
    isStopped = true;
    child.stdio[3]?.destroy();
  };
}
