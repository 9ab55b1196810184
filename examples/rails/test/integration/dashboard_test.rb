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

  test "who is not signed in is sent to sign in from the dashboard of tsq, too" do
    get "/tsq"

    assert_redirected_to "/users/sign_in"
  end

  test "whoever has no role there does not find the dashboard of tsq" do
    sign_in_as user("Ann")

    assert_raises(ActionController::RoutingError) { get "/tsq" }
  end

  test "while it is away its page says so" do
    root = user("Root")
    root.update!(role: "Super Admin")
    sign_in_as root
    # Nobody listens on port 1.
    usual, ENV["TSQ_DASHBOARD_URL"] = ENV["TSQ_DASHBOARD_URL"], "http://127.0.0.1:1"

    get "/tsq"

    assert_response :bad_gateway
  ensure
    ENV["TSQ_DASHBOARD_URL"] = usual
  end

  private

  def sign_in_as(user)
    user.update!(password: "secret-1")
    post "/users/sign_in", params: { user: { email: user.email, password: "secret-1" } }
    assert_redirected_to "/"
  end
end
