/** A schedule file as the extension gets it from whoever can read one. */
import type { Place } from "@tsq/core/config";

/** A schedule file that has been read. */
export interface ScheduleFile {
  readonly schedule: unknown;
  /** Where an entry stands in it. */
  readonly placeOf: (name: string) => Omit<Place, "name">;
}

/** One that nobody has asked to be loaded, with what is wrong with it: that is told, and the worker goes on without it. */
export interface UnreadableFile {
  readonly unreadable: Error;
}

/** Reads a schedule file: YAML is for who brings a parser of it. @throws ConfigError naming what is wrong with the file */
export type ReadScheduleFile = (path: string) => ScheduleFile | UnreadableFile;
