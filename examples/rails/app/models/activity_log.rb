class ActivityLog < ApplicationRecord
  belongs_to :user, optional: true
  belongs_to :contact, optional: true

  store :metadata, coder: JSON
end
