/**
 * A class of TypeScript's own: brings one contact into the CRM, and has Ruby do the rest. A row with an id is a
 * contact that is there already, and is only told of again.
 */
import { defineJob, GlobalID, symbolKeys } from "tsq";
import { createContact, findUser } from "./crm.ts";
import { broadcast, reliable, sendEmail } from "./ruby-jobs.ts";

export type Row = { readonly id: number } | { readonly name: string; readonly owner: number };

export const importContacts = defineJob("ImportContactsJob", { queue: "ts_low" }, async (_job, row: Row) => {
  if ("id" in row) {
    await broadcast.performAsync(row.id);
    return;
  }
  const owner = await findUser(row.owner);
  const contact = await createContact({ name: row.name });
  await sendEmail.performLater("contact_assigned", owner.id, symbolKeys({ contact_id: contact.id }));
  await reliable.performLater(new GlobalID(`gid://crm/Contact/${contact.id}`));
});
