# A Ruby that stays: reads a request as a line of JSON on stdin, answers with a line of JSON on
# stdout, until stdin ends. Starting one costs a second, asking it costs a millisecond.
#
#   {"script": "Sidekiq::Queue.new(args[0]).size", "args": ["default"]}   → {"value": 0}
#   {"path": "/retries", "form": {"key": "…", "retry": "Retry"} | null, "headers": {"HTTP_REFERER": "…"}}
#                                                                         → {"value": {"status", "location", "body"}}
#   either, when it raises                                                → {"error": {"class", "message", "backtrace"}}
answers = $stdout.dup
answers.sync = true
# Nothing that Sidekiq or a script prints gets between the answers.
$stdout.reopen($stderr)

require "json"
require "rack"
require_relative "jobs"
require "sidekiq/api"
require "sidekiq/web"

Sidekiq.configure_client { |config| config.redis = {url: ENV.fetch("REDIS_URL")} }

def run(script, args)
  scope = TOPLEVEL_BINDING.dup
  scope.local_variable_set(:args, args)
  scope.eval(script, "script")
end

# 6 and 7 want a form to carry the session's token, 8 wants the header that a browser sends.
def visit(path, form, headers)
  token = ["interop!" * 4].pack("m0")
  env = {"rack.session" => {csrf: token}, "HTTP_SEC_FETCH_SITE" => "same-origin", **headers}
  env[:params] = form.merge("authenticity_token" => token) if form
  response = Rack::MockRequest.new(Sidekiq::Web).request(form ? "POST" : "GET", path, env)
  {status: response.status, location: response.location, body: response.body.dup.force_encoding("UTF-8")}
end

def answer(request)
  value = if request.key?("path")
    visit(*request.values_at("path", "form", "headers"))
  else
    run(request["script"], request["args"])
  end
  JSON.generate(value: value)
rescue Exception => error # A script may raise anything; its caller is the one to know.
  backtrace = error.backtrace.to_a.first(10)
  JSON.generate(error: {class: error.class.name, message: error.message.scrub, backtrace: backtrace})
end

$stdin.each_line { |line| answers.puts answer(JSON.parse(line)) }
