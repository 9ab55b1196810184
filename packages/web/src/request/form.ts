/** The fields of a form that was sent, up to a size. */

// A page of a thousand ticked rows sends some 60 kB.
const LARGEST_BYTES = 1_000_000;

/** The fields; undefined when the form is too large. What is no form has none. */
export const readForm = async (request: Request): Promise<URLSearchParams | undefined> => {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) return new URLSearchParams();
  const text = await readText(request);
  return text === undefined ? undefined : new URLSearchParams(text);
};

/** The values of a field that may be sent several times, under Rack's name for it or under the plain one. */
export const valuesOf = (form: URLSearchParams, name: string): readonly string[] => [
  ...form.getAll(`${name}[]`),
  ...form.getAll(name),
];

const readText = async (request: Request): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // What is too large is not read to its end.
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > LARGEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};
