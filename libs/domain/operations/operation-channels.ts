/** PostgreSQL's channels; the payload is an operation's id. Something about it changed: its log grew, or its status. */
export const CHANGES = 'diskyard_operation_changes';

/** Somebody wants it to stop. */
export const CANCELS = 'diskyard_operation_cancels';
