import type { NextConfig } from "next";

// What tsq reads beside its own files is to stay where it is.
const config: NextConfig = { serverExternalPackages: ["tsq"] };

export default config;
