import { releaseMemory } from './release-memory.js';

describe('releasing memory', () => {
  it('takes the memory of bytes that have it to themselves', () => {
    const bytes = new Uint8Array(65_536);
    releaseMemory(bytes);
    expect(bytes.buffer.detached).toBe(true);
    expect(bytes).toHaveLength(0);
  });

  it('leaves bytes alone that share their memory', () => {
    const whole = Uint8Array.from([1, 2, 3, 4]);
    releaseMemory(whole.subarray(1, 3));
    expect(whole).toEqual(Uint8Array.from([1, 2, 3, 4]));
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    releaseMemory(shared);
    expect(shared).toHaveLength(4);
  });
});
