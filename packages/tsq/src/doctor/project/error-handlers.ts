/** Whether somebody is told of errors and deaths, by a handler or by a service that brings its own. */
import type { Project } from "./project.ts";
import { matchesIn } from "./source-text.ts";

const RUBY_SERVICES =
  /\b(?:Sentry|Raven|Honeybadger|Rollbar|Bugsnag|Airbrake|Appsignal|Raygun|NewRelic|Datadog|DDTrace|ElasticAPM|ExceptionNotifier|ScoutApm)\b/;
const GEMS =
  /^(?:sentry-|honeybadger$|rollbar$|bugsnag$|airbrake|appsignal$|raygun|newrelic_rpm$|ddtrace$|datadog$|elastic-apm$|exception_notification|scout_apm$)/;
const PACKAGES =
  /^(?:@sentry\/|@honeybadger-io\/|rollbar$|@bugsnag\/|@airbrake\/|@appsignal\/|raygun|newrelic$|dd-trace$|elastic-apm-node$)/;

// Of what was not read nobody knows: who is told there is told.

/** Rails' own `ActiveSupport::ErrorReporter` is told by whoever subscribes. */
const HANDLERS = /\b(?:error_handlers|death_handlers)\b|\berror\.subscribe\b/;

export const isRubyTold = (project: Project): boolean =>
  project.isPartial() ||
  [...project.gems().keys()].some((name) => GEMS.test(name)) ||
  project
    .ruby()
    .some((source) => matchesIn(source, HANDLERS).length > 0 || matchesIn(source, RUBY_SERVICES).length > 0);

export const isTypeScriptTold = (project: Project): boolean =>
  project.isPartial() ||
  project.typescript().hasHandlers ||
  project.packages().some((name) => PACKAGES.test(name));
