import { lookAtPages } from "../support/browser/every-page.ts";

lookAtPages("light");
