import { ContextBox } from './context-box.js';
import { HOSTILE_TARS } from './hostile-tars.js';
import { HOSTILE_ZIPS, LYING_ZIPS } from './hostile-zips.js';

describe('hostile contexts', () => {
  let box: ContextBox;

  beforeAll(async () => {
    box = await ContextBox.create();
  });

  afterAll(() => box.remove());

  describe('tar: gives nothing but the error of', () => {
    it.each(HOSTILE_TARS)('%s', async (_, archive, message) => {
      expect(await box.refused(archive)).toEqual({ givenBytes: 0, name: 'BuildContextRefusedError', message });
    });
  });

  describe('zip: gives nothing but the error of', () => {
    it.each(HOSTILE_ZIPS)('%s', async (_, archive, message) => {
      expect(await box.refused(archive)).toEqual({ givenBytes: 0, name: 'BuildContextRefusedError', message });
    });
  });

  describe('zip: ends with the error, not with an archive, for', () => {
    it.each(LYING_ZIPS)('%s', async (_, archive, message) => {
      expect(await box.refused(archive)).toMatchObject({ name: 'BuildContextRefusedError', message });
    });
  });
});
