import { startTestApi, type TestApi } from '../support/api.js';
import { distinctImage, expectStatus, newUser } from '../support/builders.js';
import type { NativeClient } from '../support/native-client.js';
import { SeededRandom } from '../support/seeded-random.js';
import { CONSISTENT, countFiles, findInconsistencies } from '../support/store-consistency.js';

const WORKERS = 8;
const STEPS = 30;
/** Few, so that most pushes meet bytes that are there already or are being freed at that moment. */
const CONTENTS = ['one', 'two'].map(distinctImage);

describe('identical bytes under many names', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('are one file, until the last of the images is gone', async () => {
    const [bytes] = CONTENTS;
    if (!bytes) throw new Error('no content');
    const [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    expectStatus(await alice.push('name=a', bytes), 201);
    expectStatus(await bob.push('name=b', bytes), 201);
    expect(await countFiles(api.storeDir)).toBe(1);
    expectStatus(await alice.delete('/images/a'), 204);
    expect((await bob.pull('/images/b/file')).equals(bytes)).toBe(true);
    expectStatus(await bob.delete('/images/b'), 204);
    expect(await countFiles(api.storeDir)).toBe(0);
    expect(await findInconsistencies(api)).toEqual(CONSISTENT);
  });

  it('outlive every race of pushes with deletions, and leave nothing behind when they go', async () => {
    const workers = await Promise.all(
      Array.from({ length: WORKERS }, async (_, index) => new Worker(await newUser(api.admin), index)),
    );
    await Promise.all(workers.map((worker) => worker.run()));

    for (const worker of workers) await worker.expectAllIntact();
    const left = new Set(workers.flatMap((worker) => [...worker.images.values()]));
    expect(await countFiles(api.storeDir)).toBe(left.size);
    expect(await findInconsistencies(api)).toEqual(CONSISTENT);

    await Promise.all(workers.map((worker) => worker.deleteAll()));
    expect(await countFiles(api.storeDir)).toBe(0);
    expect(await findInconsistencies(api)).toEqual(CONSISTENT);
  });
});

/** One of those who push and delete at the same time, and knows what must be there of its own. */
class Worker {
  readonly images = new Map<string, Buffer>();
  private readonly random: SeededRandom;

  constructor(
    private readonly client: NativeClient,
    seed: number,
  ) {
    this.random = new SeededRandom(seed);
  }

  /** As likely to delete as to push: how many share a file stays near none, where the races are. */
  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      const name = [...this.images.keys()][0];
      if (name !== undefined && this.random.below(2) === 0) await this.delete(name);
      else await this.push(`disk${step}`, this.random.pick(CONTENTS));
    }
  }

  async expectAllIntact(): Promise<void> {
    const { body } = await this.client.get('/images?limit=100');
    expect((body as { name: string }[]).map(({ name }) => name)).toEqual([...this.images.keys()].sort());
    for (const [name, bytes] of this.images) {
      expect((await this.client.pull(`/images/${name}/file`)).equals(bytes)).toBe(true);
    }
  }

  async deleteAll(): Promise<void> {
    for (const name of this.images.keys()) await this.delete(name);
  }

  private async push(name: string, bytes: Buffer): Promise<void> {
    expectStatus(await this.client.push(`name=${name}`, bytes), 201);
    this.images.set(name, bytes);
  }

  private async delete(name: string): Promise<void> {
    expectStatus(await this.client.delete(`/images/${name}`), 204);
    this.images.delete(name);
  }
}
