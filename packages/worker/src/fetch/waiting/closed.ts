/** A connection of a trial was closed, or could not be opened: by what is tried, or by chance, which happens once. */
export class Closed extends Error {}
