require_relative "../test_helper"

class DashboardTest < ActionDispatch::IntegrationTest
  setup { skip "without Devise" unless defined?(Devise) }

  test "who is not signed in is sent to sign in" do
    get "/sidekiq"

    assert_redirected_to "/users/sign_in"
  end

  test "a sales user does not find it" do
    sign_in_as user("Ann")

    assert_raises(ActionController::RoutingError) { get "/sidekiq" }
  end

  private

  def sign_in_as(user)
    user.update!(password: "secret-1")
    post "/users/sign_in", params: { user: { email: user.email, password: "secret-1" } }
    assert_redirected_to "/"
  end
end
