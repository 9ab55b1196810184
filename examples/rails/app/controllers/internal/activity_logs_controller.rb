class Internal::ActivityLogsController < Internal::BaseController
  def index
    render json: ActivityLog.order(:id)
  end

  def create
    log = ActivityLog.create!(params.permit(:kind, :user_id, :contact_id, metadata: {}))
    render json: log, status: :created
  end
end
