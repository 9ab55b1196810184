/** The messenger's API, as far as these workers use it. In Ruby: app/services/zalo.rb. */

export class ZaloError extends Error {
  override readonly name: string = "ZaloError";
}
export class RateLimitError extends ZaloError {
  override readonly name = "RateLimitError";
}
export class InvalidTokenError extends ZaloError {
  override readonly name = "InvalidTokenError";
}
export class TimeoutError extends ZaloError {
  override readonly name = "TimeoutError";
}

export interface ZaloMessage {
  readonly template?: string;
  readonly text?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Resolves to the id of the message. */
export async function deliver(
  zaloId: string | null,
  message: ZaloMessage,
  signal: AbortSignal,
): Promise<string> {
  const response = await fetch(`${process.env["ZALO_URL"] ?? "http://127.0.0.1:4000"}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to: zaloId, ...message }),
    signal,
  });
  switch (response.status) {
    case 200:
      return ((await response.json()) as { message_id: string }).message_id;
    case 401:
      throw new InvalidTokenError("Zalo refused the token");
    case 429:
      throw new RateLimitError("Zalo takes no more messages now");
    case 504:
      throw new TimeoutError("Zalo did not answer in time");
    default:
      throw new ZaloError(`Zalo answered ${response.status}`);
  }
}
