/** What times cannot exceed. */

/** Node makes a timer that is longer one of 1 ms. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** In 2001: a number of seconds from here on is an instant, one below it a wait, as Sidekiq's client has it (WIRE §2.4). */
export const INSTANT_FROM_SECONDS = 1_000_000_000;
