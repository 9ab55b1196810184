/** The version of tsq's packages; they carry one number, which a test holds against package.json. */
export const VERSION = "0.1.0";
