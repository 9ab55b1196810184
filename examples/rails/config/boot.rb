require "bundler/setup" if ENV["BUNDLE_GEMFILE"]
# Bundler brings these; Rails takes them as given.
require "logger"
require "pathname"
