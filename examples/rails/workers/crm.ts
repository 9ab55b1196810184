/** The Rails app as a worker sees it: it has no database, so it asks over HTTP. */

export interface Contact {
  readonly id: number;
  readonly name: string;
  readonly zalo_id: string | null;
}

export interface User {
  readonly id: number;
  readonly email: string;
}

export interface ActivityLog {
  readonly kind: string;
  readonly contact_id?: number;
  readonly user_id?: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Records of one model by their ids, in one request; those that are gone are not in it. */
export async function findRecords(model: string, ids: readonly string[]): Promise<Map<string, unknown>> {
  const records = (await call("GET", `/internal/records/${model}?ids=${ids.join(",")}`)) as { id: number }[];
  return new Map(records.map((record) => [String(record.id), record]));
}

export const findContact = (id: number): Promise<Contact> => find<Contact>("Contact", id);
export const findUser = (id: number): Promise<User> => find<User>("User", id);

export const createContact = async (contact: { name: string }): Promise<Contact> =>
  (await call("POST", "/contacts", contact)) as Contact;

export const writeActivityLog = async (log: ActivityLog): Promise<void> => {
  await call("POST", "/internal/activity_logs", log);
};

/** As ActiveRecord's error: the job fails, and is retried. */
export class RecordNotFound extends Error {
  override readonly name = "RecordNotFound";
}

async function find<Record>(model: string, id: number): Promise<Record> {
  const record = (await findRecords(model, [String(id)])).get(String(id));
  if (record === undefined) throw new RecordNotFound(`Couldn't find ${model} with id ${id}.`);
  // The app answers the columns of the model.
  return record as Record;
}

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${process.env["CRM_URL"] ?? "http://127.0.0.1:3000"}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${process.env["INTERNAL_TOKEN"] ?? "development"}`,
      "content-type": "application/json",
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The CRM answered ${response.status} to ${method} ${path}.`);
  return response.json();
}
