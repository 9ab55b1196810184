require_relative "../test_helper"
require "socket"

class ZaloTest < ActiveSupport::TestCase
  { 401 => Zalo::InvalidTokenError, 429 => Zalo::RateLimitError, 504 => Zalo::TimeoutError, 500 => Zalo::Error }.each do |status, error|
    test "status #{status} is a #{error}" do
      answering(status) { assert_raises(error) { Zalo.deliver("z", text: "hi") } }
    end
  end

  test "a message that was taken has an id" do
    answering(200, '{"message_id":"m1"}') { assert_equal "m1", Zalo.deliver("z", text: "hi") }
  end

  private

  # A server on a free port that answers one request.
  def answering(status, body = "{}")
    server = TCPServer.new("127.0.0.1", 0)
    answers = Thread.new do
      client = server.accept
      length = 0
      while (line = client.gets) && line != "\r\n"
        length = line.split.last.to_i if line.downcase.start_with?("content-length")
      end
      client.read(length)
      client.write "HTTP/1.1 #{status} x\r\ncontent-length: #{body.bytesize}\r\nconnection: close\r\n\r\n#{body}"
      client.close
    end
    before = Zalo.url
    Zalo.url = "http://127.0.0.1:#{server.addr[1]}"
    yield
    answers.join
  ensure
    Zalo.url = before
    server.close
  end
end
