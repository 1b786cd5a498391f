/** What an invited user may do in a tree: see it; also push and change; also delete. */
export const COLLABORATOR_ROLES = ['reader', 'writer', 'maintainer'] as const;
export type CollaboratorRole = (typeof COLLABORATOR_ROLES)[number];
