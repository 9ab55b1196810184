# Sidekiq's Web UI. Sidekiq 6 and 7 keep the token of their forms in the session, all keep messages there.
require "securerandom"
require "rack/session/cookie"
require "sidekiq/web"

use Rack::Session::Cookie, secret: SecureRandom.hex(64), same_site: true, max_age: 86_400
run Sidekiq::Web
