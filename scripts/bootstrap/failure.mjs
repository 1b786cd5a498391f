/** Something the person at the keyboard can act on; shown without a stack trace. */
export class Failure extends Error {}
