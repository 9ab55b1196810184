/** Whether this suite can run here. */
import { testChromium } from "../support/browser/chromium.ts";

testChromium();
