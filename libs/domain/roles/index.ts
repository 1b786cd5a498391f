export { AccessService } from './access.service.js';
export type { BindingView } from './binding.view.js';
export { BindingsService } from './bindings.service.js';
export type { RoleView } from './role.view.js';
export { RolesModule } from './roles.module.js';
export { RolesService } from './roles.service.js';
