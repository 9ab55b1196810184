require_relative "../test_helper"

class UserTest < ActiveSupport::TestCase
  test "a user has the role that it was given, and no other" do
    admin = user("Root", role: "Super Admin")

    assert admin.has_role?("Super Admin")
    refute admin.has_role?("Sales")
  end
end
