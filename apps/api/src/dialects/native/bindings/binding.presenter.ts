import type { BindingView } from '#domain/roles';
import type { BindingAnswer } from './binding.schema.js';

export function presentBinding({
  id,
  role,
  subject,
  target,
  createdBy,
  createdAt,
  expiresAt,
}: BindingView): BindingAnswer {
  return {
    id,
    role: { id: role.id, name: role.name },
    subject: { [subject.kind === 'team' ? 'team' : 'user']: subject.username },
    namespace: target.kind === 'namespace' ? `${target.path}@${target.owner}` : null,
    image: target.kind === 'image' ? target.reference : null,
    image_id: target.kind === 'image' ? target.id : null,
    created_by: createdBy,
    created_at: createdAt,
    expires_at: expiresAt,
  };
}
