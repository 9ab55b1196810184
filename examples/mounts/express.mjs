/** The dashboard in Express 5. It takes requests as they come, and those whose body a parser has read. */
import express from "express";
import { createWeb, toNodeHandler } from "tsq/web";

/** @param path where the dashboard is, such as `/sidekiq`; empty for the whole server */
export const listen = async ({ path = "/sidekiq", port = 3000, ...options } = {}) => {
  const app = express();
  app.use(express.urlencoded(), express.json());
  // Express says itself where it has mounted the dashboard.
  const web = createWeb(options);
  app.use(path || "/", toNodeHandler(web));
  app.get("/", (_request, response) => response.send("the app\n"));
  const server = await new Promise((resolve) => {
    const listening = app.listen(port, "127.0.0.1", () => resolve(listening));
  });
  return { server, web };
};
