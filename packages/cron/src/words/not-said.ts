/** Thrown where a sentence can be read but says nothing that a cron expression could. It never leaves `wordsAsCron`. */
export class NotSaid extends Error {}
