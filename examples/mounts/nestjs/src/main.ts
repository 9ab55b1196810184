/** The dashboard in NestJS, at /sidekiq, before its own routes. `enableShutdownHooks` closes it with the app. */
import "reflect-metadata";
import { Controller, Get, Module, type OnApplicationShutdown } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { createWeb, toNodeHandler } from "tsq/web";

const web = createWeb();

@Controller()
class HomeController {
  @Get()
  home() {
    return '<a href="/sidekiq">Jobs</a>';
  }
}

@Module({ controllers: [HomeController] })
class AppModule implements OnApplicationShutdown {
  onApplicationShutdown() {
    return web.close();
  }
}

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
app.use("/sidekiq", toNodeHandler(web));
await app.listen(process.env.PORT ?? 3000, "127.0.0.1");
