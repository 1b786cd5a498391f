export { COLLABORATOR_ROLES, type CollaboratorRole } from './collaborator-role.js';
export type { CollaboratorView, InviteView } from './invites.repository.js';
export { InvitesService } from './invites.service.js';
export { type AccessFacts, mayDelete, mayManage, mayRead, mayWrite } from './namespace.policy.js';
export { type NamespaceTarget, NamespaceTrees } from './namespace-trees.js';
export type { NamespaceView, UserSummary } from './namespace-view.js';
export { NamespacesModule } from './namespaces.module.js';
export { NamespacesService } from './namespaces.service.js';
export { VISIBILITIES, type Visibility, widest } from './visibility.js';
