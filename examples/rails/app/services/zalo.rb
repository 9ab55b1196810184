require "net/http"

# The messenger's API, as far as this app uses it.
module Zalo
  class Error < StandardError; end
  class RateLimitError < Error; end
  class InvalidTokenError < Error; end
  class TimeoutError < Error; end

  mattr_accessor :url

  # Answers the id of the message.
  def self.deliver(zalo_id, message)
    response = Net::HTTP.post(URI("#{url}/messages"), { to: zalo_id, **message }.to_json, "content-type" => "application/json")
    case response.code.to_i
    when 200 then JSON.parse(response.body).fetch("message_id")
    when 401 then raise InvalidTokenError, "Zalo refused the token"
    when 429 then raise RateLimitError, "Zalo takes no more messages now"
    when 504 then raise TimeoutError, "Zalo did not answer in time"
    else raise Error, "Zalo answered #{response.code}"
    end
  end
end
