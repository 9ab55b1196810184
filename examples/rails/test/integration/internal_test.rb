require_relative "../test_helper"

class InternalTest < ActionDispatch::IntegrationTest
  TOKEN = { "authorization" => "Bearer development" }.freeze

  test "without the token nothing is told" do
    get "/internal/records/User", params: { ids: "1" }

    assert_response :forbidden
  end

  test "many records come in one answer, and those that are gone are not in it" do
    ids = [contact.id, contact("Bob").id]

    get "/internal/records/Contact", params: { ids: [*ids, 0].join(",") }, headers: TOKEN

    assert_equal ids, response.parsed_body.map { |record| record["id"] }
  end

  test "a model that is not listed is not found" do
    get "/internal/records/Kernel", params: { ids: "1" }, headers: TOKEN

    assert_response :not_found
  end

  test "a line of the log keeps its metadata" do
    post "/internal/activity_logs", params: { kind: "zalo_message", contact_id: 1, metadata: { attempt: 2 } },
      headers: TOKEN, as: :json
    assert_response :created

    get "/internal/activity_logs", headers: TOKEN
    assert_equal [{ "attempt" => 2 }], response.parsed_body.map { |log| log["metadata"] }
  end
end
