import { DomainError } from '#kernel';

export const teamNotFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const mayNotManage = (): DomainError =>
  new DomainError('forbidden', 'You can see this team, but only its leads and those of its parent may do this');

export const operatorsOnly = (): DomainError =>
  new DomainError('forbidden', 'A team without a parent is for those to make who hold team:write everywhere');

export const nameTaken = (cause: unknown): DomainError =>
  DomainError.field('invalid', 'name', 'Name already exists', cause);

export const badParent = (message: string): DomainError => DomainError.field('invalid', 'parent', message);

export const lastLead = (): DomainError =>
  new DomainError('conflict', 'This is the last lead of the team; make another member lead first, or ask an operator');

export interface TeamBelongings {
  readonly images: number;
  readonly namespaces: number;
  readonly services: number;
  readonly teams: number;
}

export const stillHas = ({ images, namespaces, services, teams }: TeamBelongings): DomainError =>
  new DomainError(
    'conflict',
    `The team still owns ${images} images, ${namespaces} namespaces and ${services} service accounts, and is parent of ${teams} teams; ` +
      'delete or transfer them first',
  );
