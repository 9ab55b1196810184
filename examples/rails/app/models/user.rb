class User < ApplicationRecord
  devise :database_authenticatable if respond_to?(:devise)

  scope :sales, -> { where(role: "Sales") }

  def has_role?(name)
    role == name
  end
end
