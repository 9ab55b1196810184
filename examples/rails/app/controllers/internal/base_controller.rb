# The API of the TypeScript workers: behind a token, and in production on no public address.
class Internal::BaseController < ActionController::API
  before_action { head :forbidden unless ActiveSupport::SecurityUtils.secure_compare(token, Rails.configuration.x.internal_token) }

  private

  def token
    request.authorization.to_s.delete_prefix("Bearer ")
  end
end
