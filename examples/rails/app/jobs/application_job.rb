class ApplicationJob < ActiveJob::Base
  # Rails 7.1 gave the growing wait a new name, and 7.2 forgot the old one.
  GROWING = ActiveJob.gem_version < Gem::Version.new("7.1") ? :exponentially_longer : :polynomially_longer
end
