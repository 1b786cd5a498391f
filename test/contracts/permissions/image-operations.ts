import { distinctImage, unique } from '../../support/builders.js';
import type { Answer, NativeClient } from '../../support/native-client.js';
import type { Level } from './permission-table.js';

/** An image to act upon. */
export interface Target {
  readonly id: number;
  readonly name: string;
  readonly reference: string;
  readonly visibility: string;
}

/** Something that one does with an image. */
export interface Operation {
  readonly needs: Level;
  readonly scope: string;
  /** The status for who may. */
  readonly succeeds: number;
  /** Whether a credential is wanted before anything else is looked at. */
  readonly onlyWithToken: boolean;
  readonly call: (client: NativeClient, image: Target) => Promise<Answer>;
}

const READING = { needs: 'r', scope: 'image:read', succeeds: 200, onlyWithToken: false } as const;
const CHANGING = { scope: 'image:write', succeeds: 200, onlyWithToken: true } as const;

/** Those that leave the image there. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET it by id': { ...READING, call: (client, { id }) => client.get(`/images/${id}`) },
  'GET it by reference': {
    ...READING,
    call: (client, { reference }) => client.get(`/images/${encodeURIComponent(reference)}`),
  },
  'GET its file': { ...READING, call: (client, { id }) => client.get(`/images/${id}/file`) },
  'GET its file by Accept': {
    ...READING,
    call: (client, { id }) => client.get(`/images/${id}`, { headers: { Accept: 'application/x-qemu-disk' } }),
  },
  'HEAD its file': { ...READING, call: (client, { id }) => client.call('HEAD', `/images/${id}/file`) },
  'PATCH its description': {
    ...CHANGING,
    needs: 'w',
    call: (client, { id }) => client.patch(`/images/${id}`, { description: unique('changed') }),
  },
  'PATCH its visibility': {
    ...CHANGING,
    needs: 'm',
    call: (client, { id, visibility }) => client.patch(`/images/${id}`, { visibility }),
  },
};

export const DELETE: Operation = {
  needs: 'd',
  scope: 'image:delete',
  succeeds: 204,
  onlyWithToken: true,
  call: (client, { id }) => client.delete(`/images/${id}`),
};

/** Those that need no image, for an owner with a public namespace. */
export const AROUND_IMAGES: Readonly<Record<string, Operation>> = {
  'GET /images': { ...READING, onlyWithToken: true, call: (client) => client.get('/images') },
  'GET the images of a namespace': {
    ...READING,
    scope: 'namespace:read',
    call: (client) => client.get('/n/owner/public/-/images'),
  },
  'POST /images': {
    ...CHANGING,
    needs: 'w',
    succeeds: 201,
    call: (client) => client.push(`name=${unique('scoped')}&namespace=public`, distinctImage('scoped')),
  },
};
