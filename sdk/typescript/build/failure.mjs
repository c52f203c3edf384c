/** An error that is the author's to mend. It is shown without a stack. */
export class Failure extends Error {}
