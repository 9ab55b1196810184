Rails.application.routes.draw do
  if defined?(Devise)
    require "sidekiq/cron/web" if defined?(Sidekiq::Cron)
    devise_for :users
    authenticate :user, ->(user) { user.has_role?("Super Admin") } do
      mount Sidekiq::Web => "/sidekiq"
    end
    authenticate :user, ->(user) { TsqDashboard.role_of(user) } do
      mount TsqDashboard => "/tsq"
    end
  end

  resources :contacts, only: %i[create show]

  # For the TypeScript workers, which have no database.
  namespace :internal do
    get "records/:model", to: "records#index"
    resources :activity_logs, only: %i[index create]
  end

  root to: ->(_env) { [200, { "content-type" => "text/plain" }, ["CRM"]] }
end
