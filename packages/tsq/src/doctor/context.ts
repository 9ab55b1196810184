/** What the checks look at: a Redis and a project, each read once, and only as far as somebody asks. */
import type { Environment } from "../config/erb/erb-expression.ts";
import type { Project } from "./project/project.ts";
import type { RedisReading } from "./redis/redis-reading.ts";

export interface DoctorContext {
  /** Undefined when it cannot be used, or nobody wants to know. */
  readonly redis: RedisReading | undefined;
  /** Why it cannot be used. */
  readonly refusal: Error | undefined;
  readonly project: Project;
  readonly env: Environment;
  readonly now: Date;
}
