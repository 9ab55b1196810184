import type { Job } from "@tsq/core";

export interface ChaosJobOptions {
  readonly file: string;
  readonly pid?: number;
  readonly isHolding?: boolean;
}

export declare const chaosJob: (options: ChaosJobOptions) => Job<never>;
