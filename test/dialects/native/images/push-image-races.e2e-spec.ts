import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, expectStatus, newUser, pushImage, unique } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { filesOf, leavingNothing } from '../../../support/leftovers.js';
import { Wire, type WireAnswer } from '../../../support/wire.js';

const TAKEN = { status: 400, body: { name: ['Name already exists'] } };
const UNDER_WAY = { status: 400, body: { name: ['Name already exists: another push of it is under way'] } };

describe('POST /images beside others', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  /** A push that has been told to send its body, and has not begun to. */
  async function begin(query: string, bytes: Buffer): Promise<Wire> {
    const wire = await Wire.open(alice);
    wire.sendHead('POST', `/images?${query}`, { Expect: '100-continue', 'Content-Length': bytes.length });
    expect(await wire.answer()).toMatchObject({ status: 100 });
    return wire;
  }

  describe('of the same reference', () => {
    it('refuses a name that is taken', async () => {
      await pushImage(alice, 'name=taken');
      expect(await leavingNothing(api, () => alice.push('name=taken', distinctImage('again')))).toMatchObject(TAKEN);
    });

    it('takes a name again with another tag, in another namespace, and for another user', async () => {
      const bob = await newUser(api.admin);
      await pushImage(alice, 'name=common');
      await pushImage(alice, 'name=common&tag=other');
      await pushImage(alice, 'name=common&namespace=elsewhere');
      await pushImage(bob, 'name=common');
    });

    it('takes a name again once its image is deleted', async () => {
      const { id } = await pushImage(alice, 'name=reborn');
      expectStatus(await alice.delete(`/images/${id}`), 204);
      expect((await pushImage(alice, 'name=reborn')).id).not.toBe(id);
    });

    it('tells a second push so while the first is under way', async () => {
      const bytes = distinctImage('first');
      const first = await begin('name=busy&namespace=Busy', bytes);
      const second = await leavingNothing(api, () => alice.push('name=busy&namespace=busy', distinctImage('second')));
      expect(second).toMatchObject(UNDER_WAY);
      await first.send(bytes);
      expect(await first.answer()).toMatchObject({ status: 201, body: { size: bytes.length } });
      first.cut();
    });

    it('takes a second push as soon as the first has failed', async () => {
      const bytes = distinctImage('failing');
      const first = await begin('name=retried', bytes);
      await first.send(bytes.subarray(0, 100));
      first.cut();
      const second = await eventually(async () => expectStatus(await alice.push('name=retried', bytes), 201));
      expect(second.body).toMatchObject({ name: 'retried' });
    });

    it('lets exactly one of eight racing pushes win, and tells the others before they send their bodies', async () => {
      const bytes = distinctImage('race');
      const wires = await Promise.all(Array.from({ length: 8 }, () => Wire.open(alice)));
      for (const wire of wires) {
        wire.sendHead('POST', '/images?name=race&namespace=raced/for', {
          Expect: '100-continue',
          'Content-Length': bytes.length,
        });
      }
      const answers = await Promise.all(wires.map((wire) => wire.answer()));
      expect(statuses(answers)).toEqual([100, 400, 400, 400, 400, 400, 400, 400]);
      for (const answer of answers.filter(({ status }) => status === 400)) expect(answer).toMatchObject(UNDER_WAY);
      const winner = wires[answers.findIndex(({ status }) => status === 100)];
      await winner?.send(bytes);
      expect(await winner?.answer()).toMatchObject({ status: 201, body: { name: 'race' } });
      for (const wire of wires) wire.cut();
    });

    it('lets exactly one of eight racing pushes win that do not wait for leave', async () => {
      const pushes = Array.from({ length: 8 }, (_, n) => alice.push('name=rush', distinctImage(`rush ${n}`)));
      expect(statuses(await Promise.all(pushes))).toEqual([201, 400, 400, 400, 400, 400, 400, 400]);
      expect((await alice.get('/images?name=rush')).body).toHaveLength(1);
    });

    it('refuses a push whose name was taken by a rename meanwhile', async () => {
      const other = await pushImage(alice, 'name=renamed');
      const bytes = distinctImage('overtaken');
      const wire = await begin('name=overtaken&namespace=kept', bytes);
      await pushImage(alice, 'name=keeps-the-namespace&namespace=kept');
      expectStatus(await alice.patch(`/images/${other.id}`, { name: 'overtaken', namespace: 'kept' }), 200);
      await wire.send(bytes);
      expect(await wire.answer()).toMatchObject(TAKEN);
      wire.cut();
    });
  });

  describe('of the same bytes', () => {
    it('stores them once', async () => {
      const before = await filesOf(api);
      const content = unique('shared');
      const [one, other] = [await pushImage(alice, 'name=one', content), await pushImage(alice, 'name=other', content)];
      expect(one.sha256).toBe(other.sha256);
      await eventually(async () => expect(await filesOf(api)).toHaveLength(before.length + 1));
    });

    it('stores them once when they come at once', async () => {
      const before = await filesOf(api);
      const content = unique('shared');
      await Promise.all(Array.from({ length: 4 }, (_, n) => pushImage(alice, `name=at-once&tag=${n}`, content)));
      await eventually(async () => expect(await filesOf(api)).toHaveLength(before.length + 1));
    });

    it('keeps them for the other image when one is deleted, and frees them with the last', async () => {
      const content = unique('shared');
      await leavingNothing(api, async () => {
        const [one, other] = [await pushImage(alice, 'name=a', content), await pushImage(alice, 'name=b', content)];
        expectStatus(await alice.delete(`/images/${one.id}`), 204);
        expect((await alice.pull(`/images/${other.id}/file`)).equals(other.bytes)).toBe(true);
        expectStatus(await alice.delete(`/images/${other.id}`), 204);
      });
    });

    it('never loses them to a deletion at the same moment', async () => {
      const content = unique('contended');
      for (let round = 0; round < 10; round += 1) {
        const old = await pushImage(alice, `name=contended&tag=old${round}`, content);
        const [fresh] = await Promise.all([
          pushImage(alice, `name=contended&tag=new${round}`, content),
          alice.delete(`/images/${old.id}`),
        ]);
        expect((await alice.pull(`/images/${fresh.id}/file`)).equals(fresh.bytes)).toBe(true);
        expectStatus(await alice.delete(`/images/${fresh.id}`), 204);
      }
    });
  });

  function statuses(answers: readonly Pick<WireAnswer, 'status'>[]): number[] {
    return answers.map(({ status }) => status).sort((a, b) => a - b);
  }
});
