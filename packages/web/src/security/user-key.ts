/** By whom something is kept that depends on who looks: by all that `auth` has said of them, which is what `authorize` and `mask` get. */
import type { User } from "./roles.ts";

// Of what is no JSON it cannot be told who is the same.
const keys = new WeakMap<User, string>();
let made = 0;

export const userKey = (user: User): string => {
  try {
    return JSON.stringify([user.name, user.role, user]);
  } catch {
    const key = keys.get(user) ?? `user ${(made += 1)}`;
    keys.set(user, key);
    return key;
  }
};
