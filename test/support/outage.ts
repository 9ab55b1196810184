/** For a part of a worker by itself: tells a test what it finds out about Redis. */
import { Outage } from "@tsq/core/protocol";

export const outage = (
  begun: (error: Error) => void = () => {},
  over: (kind: string) => void = () => {},
): Outage => new Outage({ begun, over });
