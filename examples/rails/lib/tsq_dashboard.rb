require "cgi"
require "erb"
require "net/http"
require "openssl"

# The dashboard of tsq below a path of this app: hands each request on to it, with who has signed in here and which role
# that is there, signed so that nobody else can say so. Mounted in config/routes.rb, inside `authenticate`.
module TsqDashboard
  # Role here => role there: viewer, operator or admin. Whoever has none does not find the dashboard.
  ROLES = { "Super Admin" => "admin", "Support" => "viewer" }.freeze

  # What it needs of a request; the app's own session cookie is not among its business.
  SENT = %w[ACCEPT ACCEPT_LANGUAGE IF_NONE_MATCH ORIGIN REFERER SEC_FETCH_SITE X_CSRF_TOKEN X_TSQ_LIVE].freeze
  # Of one connection, not of the answer.
  HOP_BY_HOP = %w[connection keep-alive transfer-encoding content-length].freeze

  # A thread of the app waits meanwhile: a dashboard that hangs must not take all of them.
  TIMEOUTS = { open_timeout: 2, read_timeout: 15, max_retries: 0 }.freeze

  class << self
    def role_of(user)
      ROLES[user.role]
    end

    def call(env)
      request = Rack::Request.new(env)
      body = request.post? ? request.body.read : ""
      asked = Net::HTTP.const_get(request.request_method.capitalize).new(request.fullpath, headers_of(request, body))
      asked.body = body if request.post?
      answer = Net::HTTP.start(server.host, server.port, TIMEOUTS) { |http| http.request(asked) }
      [answer.code.to_i, returned(answer), [answer.body.to_s]]
    # Not there, no such name, silent, or ended in the midst of its answer.
    rescue SystemCallError, SocketError, IOError, Timeout::Error, Net::ProtocolError, Net::HTTPBadResponse
      [502, { "content-type" => "text/plain" }, ["The dashboard of tsq does not answer.\n"]]
    end

    private

    def server
      URI(ENV.fetch("TSQ_DASHBOARD_URL", "http://127.0.0.1:4567"))
    end

    def headers_of(request, body)
      headers = SENT.filter_map { |name| (value = request.get_header("HTTP_#{name}")) && [name.tr("_", "-"), value] }.to_h
      cookies = request.cookies.select { |name, _| name.start_with?("tsq_") }
      headers["Cookie"] = cookies.map { |name, value| "#{name}=#{CGI.escape(value)}" }.join("; ") if cookies.any?
      headers["Content-Type"] = request.content_type if request.post?
      # The host that the browser has asked: by it the dashboard knows its own forms.
      headers.merge("Host" => request.host_with_port, "Accept-Encoding" => "identity").merge(identity_of(request, body))
    end

    # Good for this one request with this very body, as often as it is sent within half a minute. The name is written as in
    # an address: a header has no other letters than those of ASCII that every server reads alike.
    def identity_of(request, body)
      user = request.env["warden"].user(:user)
      said = [Time.now.to_i, ERB::Util.url_encode(user.email), role_of(user)]
      text = [*said, request.request_method, request.fullpath, OpenSSL::Digest::SHA256.hexdigest(body)].join("\n")
      signature = OpenSSL::HMAC.hexdigest("SHA256", Rails.configuration.x.tsq_secret, text)
      { "X-Crm-Identity" => [*said, signature].join("|") }
    end

    def returned(answer)
      headers = answer.to_hash.except(*HOP_BY_HOP)
      # Several cookies are lines to Rack 2, and a list to Rack 3.
      headers.transform_values { |values| Rack.release < "3" || values.one? ? values.join("\n") : values }
    end
  end
end
