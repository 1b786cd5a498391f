import { v5 } from 'uuid';
import { TIME } from './image-body.js';

const OID = '6ba7b812-9dad-11d1-80b4-00c04fd430c8';

/** The id that clients make of a reference. */
export const idOfReference = (reference: string): string => v5(reference.toLowerCase(), OID);

const SOME_TIME = expect.stringMatching(TIME) as string;

/** The whole entity of `user/name:tag` as an answer must show it, a build that waits; `changes` stand over it. */
export function chutesBody(reference: string, changes: Readonly<Record<string, unknown>> = {}): object {
  const [, username = '', name = '', tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference) ?? [];
  return {
    image_id: idOfReference(reference),
    name,
    readme: '',
    tag,
    public: false,
    compute_type: 'gpu',
    status: 'pending build',
    created_at: SOME_TIME,
    build_started_at: null,
    build_completed_at: null,
    user: {
      username,
      user_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      logo_id: null,
      created_at: SOME_TIME,
      logo: null,
    },
    logo_id: null,
    patch_version: 'initial',
    chutes_version: '0.6.10',
    logo: null,
    ...changes,
  };
}

/** As `chutesBody`, of an image that was pushed natively. */
export function pushedBody(reference: string, changes: Readonly<Record<string, unknown>> = {}): object {
  return chutesBody(reference, { status: 'built and pushed', chutes_version: null, ...changes });
}
