# The people of the example.
User.create!(name: "Root", email: "root@example.com", role: "Super Admin")
%w[Ann Bob Cho].each { |name| User.create!(name: name, email: "#{name.downcase}@example.com") }
User.find_each { |user| user.update!(password: "secret-1") } if defined?(Devise)
puts "Rails #{Rails.version} and Sidekiq #{Sidekiq::VERSION} on Ruby #{RUBY_VERSION}"
