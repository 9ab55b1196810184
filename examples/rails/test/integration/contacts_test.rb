require_relative "../test_helper"

class ContactsTest < ActionDispatch::IntegrationTest
  test "a contact is created, and shown" do
    post "/contacts", params: { name: "Ada" }, as: :json
    assert_response :created

    get "/contacts/#{response.parsed_body["id"]}"
    assert_equal "Ada", response.parsed_body["name"]
  end

  test "a contact without a name is refused, with the reason" do
    post "/contacts", params: { name: "" }, as: :json

    assert_response :unprocessable_entity
    assert_equal({ "errors" => ["Name can't be blank"] }, response.parsed_body)
  end
end
