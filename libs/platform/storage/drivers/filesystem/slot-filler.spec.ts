import { SlotFiller } from './slot-filler.js';

function makeRing(slots: number, slotBytes: number) {
  return { memory: new SharedArrayBuffer(slots * slotBytes), slots, slotBytes };
}

describe('SlotFiller', () => {
  it('packs small chunks into one slot', () => {
    const ring = makeRing(2, 8);
    const filler = new SlotFiller(ring);
    expect(filler.put(Buffer.from('abc'))).toBe(3);
    expect(filler.takeFull()).toBeUndefined();
    expect(filler.put(Buffer.from('defghij'))).toBe(5);
    expect(filler.takeFull()).toEqual({ slot: 0, length: 8 });
    expect(Buffer.from(ring.memory).toString('latin1', 0, 8)).toBe('abcdefgh');
  });

  it('gives out what is left once, and nothing when nothing is', () => {
    const filler = new SlotFiller(makeRing(2, 8));
    filler.put(Buffer.from('abc'));
    expect(filler.takeRest()).toEqual({ slot: 0, length: 3 });
    expect(filler.takeRest()).toBeUndefined();
  });

  it('has no room until a slot comes back', () => {
    const filler = new SlotFiller(makeRing(1, 2));
    filler.put(Buffer.from('ab'));
    filler.takeFull();
    expect(filler.hasRoom).toBe(false);
    expect(() => filler.put(Buffer.from('c'))).toThrow('No free slot');
    filler.release(0);
    expect(filler.hasRoom).toBe(true);
  });

  it('goes on filling the slot it was filling when another comes back', () => {
    const ring = makeRing(2, 4);
    const filler = new SlotFiller(ring);
    filler.put(Buffer.from('1111'));
    filler.takeFull();
    filler.put(Buffer.from('22'));
    filler.release(0);
    filler.put(Buffer.from('33'));
    expect(filler.takeFull()).toEqual({ slot: 1, length: 4 });
    expect(Buffer.from(ring.memory).toString('latin1')).toBe('11112233');
    expect(filler.hasRoom).toBe(true);
  });
});
